//! The wire's frozen forms: what version 1 wrote once, every later program reads and writes the same. A difference
//! here means a new version of the wire, never new golden files.
//!
//! `GOLDEN=write cargo test -p rounds-tests --test golden` makes the files of a NEW version.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use chrono::{DateTime, TimeDelta};
use document::{Actor, ChangeHash, Kind};
use domain::Instant;
use domain::content::{KeyMessage, Product};
use domain::ids::{DeviceId, DocId, HcpId, MessageId, ProductId, TerritoryId, UserId};
use domain::people::{Audience, Country, Hcp, HcpStatus, Identifier, PersonName, Role, Territory, Tier};
use domain::reference::{Row, Table};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use std::path::PathBuf;
use sync::wire::{self, v1};
use sync::{Checksum, Cursor, ScopeId};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn at(minute: i64) -> Instant {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
}

fn scope() -> ScopeId {
    ScopeId::Territory(TerritoryId(id(1)), Audience::Commercial)
}

fn request() -> v1::Request {
    let cursor = Cursor { epoch: id(2), read: [(scope(), 41), (ScopeId::User(UserId(id(3))), 7)].into() };
    v1::Request {
        device: DeviceId(id(4)),
        actor: Actor([5; 16]),
        cursor: cursor.encode().ok(),
        items: vec![v1::Item { doc: DocId(id(6)), kind: Kind::Call, change: vec![0x85, 0x6f, 1, 2, 3] }],
        room: 524_288,
        left: Vec::new(),
    }
}

fn hcp() -> Row {
    Row::Hcp(Hcp {
        id: HcpId(id(7)),
        name: PersonName { title: "Prof".into(), given: "Mara".into(), family: "Lindqvist".into() },
        specialty: "Cardiology".into(),
        tier: Some(Tier::A),
        status: HcpStatus::Active,
        country: Country::DE,
        city: "Elbtal".into(),
        workplace: None,
        territory: Some(TerritoryId(id(1))),
        identifiers: vec![Identifier { system: "lanr".into(), value: "123456789".into() }],
    })
}

fn product() -> Row {
    Row::Product(Product {
        id: ProductId(id(8)),
        name: "Corvalen".into(),
        indication: "Heart failure".into(),
        countries: vec![Country::DE, Country::GB],
        messages: vec![KeyMessage { id: MessageId(id(9)), text: "Renal dosing".into() }],
    })
}

fn response() -> v1::Response {
    let territory = Territory { id: TerritoryId(id(1)), name: "Hamburg North".into(), country: Country::DE };
    let news = [
        v1::News::Row { version: 3, row: Box::new(Row::Territory(territory)) },
        v1::News::Row { version: 4, row: Box::new(hcp()) },
        v1::News::Row { version: 5, row: Box::new(product()) },
        v1::News::RowGone { table: Table::Affiliation, key: id(10), version: 6 },
        v1::News::DocAdded { doc: DocId(id(6)), kind: Kind::FollowUp },
        v1::News::Change { doc: DocId(id(6)), kind: Kind::FollowUp, change: vec![9, 8, 7] },
        v1::News::DocRemoved { doc: DocId(id(11)) },
    ];
    let rejected = v1::Outcome::Rejected(v1::Rejection::Frozen);
    let outcomes = [v1::Outcome::Accepted, v1::Outcome::Duplicate, rejected, v1::Outcome::Retry];
    v1::Response {
        acks: outcomes
            .map(|outcome| v1::Ack { hash: Some(ChangeHash([12; 32])), outcome })
            .into_iter()
            .chain([v1::Ack { hash: None, outcome: v1::Outcome::Rejected(v1::Rejection::Broken) }])
            .collect(),
        news: (42_u64..).zip(news).map(|(seq, news)| v1::Entry { scope: scope(), seq, news }).collect(),
        cursor: vec![1, 2, 3, 4],
        sums: vec![v1::ScopeSum { scope: scope(), seq: 48, sum: Checksum([13; 16]) }],
        findings: vec![v1::Finding { doc: DocId(id(6)), code: "logged_late".into() }],
        orders: vec![
            v1::Order::NewActor,
            v1::Order::LeaveScope(scope()),
            v1::Order::PushAgain(ScopeId::Country(Country::US)),
        ],
        more: true,
        at: at(5),
    }
}

fn sign_in() -> sync::json::Session {
    sync::json::Session {
        access: "a-token".into(),
        access_until: at(10),
        refresh: "another-token".into(),
        who: sync::json::Who {
            user: UserId(id(3)),
            name: "Jan Reuter".into(),
            role: Role::Rep,
            territory: Some("Hamburg North".into()),
            country: Country::DE,
        },
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/v1").join(name)
}

fn kept(name: &str, now: &[u8]) -> Vec<u8> {
    if std::env::var("GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(file(name), now).unwrap();
    }
    std::fs::read(file(name)).unwrap()
}

/// The content is compared as CBOR: what zstd makes of it may differ between its versions, what it reads may not.
fn holds<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let mut cbor = Vec::new();
    ciborium::into_writer(message, &mut cbor).unwrap();
    assert_eq!(kept(&format!("{name}.cbor"), &cbor), cbor, "{name} is written in another form");
    let frame = kept(&format!("{name}.frame"), &wire::encode(v1::VERSION, message).unwrap());
    assert_eq!(&wire::decode::<T>(v1::VERSION, &frame).unwrap(), message, "{name} is read differently");
}

#[test]
fn a_request_keeps_its_form() {
    holds("request", &request());
}

#[test]
fn a_response_keeps_its_form() {
    holds("response", &response());
}

#[test]
fn a_session_keeps_its_form() {
    let json = serde_json::to_vec_pretty(&sign_in()).unwrap();
    assert_eq!(kept("session.json", &json), json);
}

#[test]
fn an_idle_request_is_small() {
    let idle = v1::Request { items: Vec::new(), ..request() };
    let frame = wire::encode(v1::VERSION, &idle).unwrap();
    assert!(frame.len() <= 512, "{} bytes", frame.len());
}
