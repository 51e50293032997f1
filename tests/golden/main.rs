//! The wire's frozen forms: what version 1 wrote once, every later program reads and writes the same. A difference
//! here means a new version of the wire, never new golden files.
//!
//! `GOLDEN=write cargo test -p rounds-tests --test golden` makes the files of a NEW version.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use chrono::{DateTime, TimeDelta};
use document::{Actor, ChangeHash, Content, Kind};
use domain::Instant;
use domain::content::{KeyMessage, Product};
use domain::ids::{DeviceId, DocId, FollowUpId, HcpId, MessageId, ProductId, TerritoryId, UserId};
use domain::people::{Audience, Country, Hcp, HcpStatus, Identifier, PersonName, Role, Territory, Tier};
use domain::planning::{FollowUp, FollowUpState};
use domain::reference::{Row, Table};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use std::path::PathBuf;
use sync::wire::segment::{self, Dictionary, Manifest, Name, Packed, PackedDocument, PackedRow, Piece};
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
        copying: Vec::new(),
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
        segments: Vec::new(),
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

fn manifest() -> Manifest {
    let dictionary = Name([14; 32]);
    let piece = |n, dictionary| Piece { name: Name([n; 32]), size: 1_048_576, dictionary };
    Manifest {
        scope: scope(),
        seq: 40,
        dictionaries: vec![Dictionary { name: dictionary, size: 32_768 }],
        pieces: vec![piece(15, None), piece(16, Some(dictionary))],
    }
}

fn packed() -> Packed {
    let follow_up = FollowUp {
        id: FollowUpId(id(6)),
        owner: UserId(id(3)),
        hcp: Some(HcpId(id(7))),
        call: None,
        text: "Send the dosing card".into(),
        due: at(0).date_naive(),
        state: FollowUpState::Open,
    };
    let document = PackedDocument {
        doc: DocId(id(6)),
        kind: Kind::FollowUp,
        saved: vec![0x85, 0x6f, 1, 2, 3],
        hashes: [[12; 32], [17; 32]].concat(),
        content: serde_json::to_string(&Content::FollowUp(follow_up)).unwrap(),
        contested: false,
    };
    let row = PackedRow { version: 4, row: serde_json::to_string(&hcp()).unwrap() };
    Packed { scope: scope(), rows: vec![row], documents: vec![document] }
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
fn a_request_of_a_device_that_copies_keeps_its_form() {
    let stages =
        [v1::Stage::Reading(Name([14; 32])), v1::Stage::Applied(manifest().name()), v1::Stage::ByLog];
    let copying = stages.map(|stage| v1::Copying { scope: scope(), stage }).to_vec();
    holds("request_copying", &v1::Request { copying, ..request() });
}

#[test]
fn a_response_that_offers_a_copy_keeps_its_form() {
    holds("response_segments", &v1::Response { segments: vec![manifest()], ..response() });
}

#[test]
fn a_piece_of_a_segment_keeps_its_form() {
    let mut cbor = Vec::new();
    ciborium::into_writer(&packed(), &mut cbor).unwrap();
    assert_eq!(kept("piece.cbor", &cbor), cbor, "a piece is written in another form");
    let piece = kept("piece.packed", &segment::encode(&packed(), None, 3).unwrap());
    let read = segment::decode((Name::of(&piece), scope()), &piece, None).unwrap();
    assert_eq!(read.rows, [(4, hcp())]);
    assert_eq!(read.documents[0].hashes, [ChangeHash([12; 32]), ChangeHash([17; 32])]);
    assert!(matches!(&read.documents[0].content, Content::FollowUp(it) if it.text == "Send the dosing card"));
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
