//! Requests and answers with nothing in them but what tells them apart.

use chrono::{DateTime, TimeDelta};
use document::{Actor, Kind};
use domain::Instant;
use domain::ids::{DeviceId, DocId, UserId};
use sync::ScopeId;
use sync::session::{Event, ROOM};
use sync::wire::segment::Manifest;
use sync::wire::v1::{Item, Request, Response};
use uuid::Uuid;

/// Milliseconds since the beginning, as an instant.
pub fn at(millis: i64) -> Instant {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis)
}

/// A request for what comes after a cursor, with these changes, each known by a number.
pub fn request(cursor: u8, changes: &[u8]) -> Request {
    let item = |number: &u8| Item { doc: DocId(Uuid::nil()), kind: Kind::Call, change: vec![*number] };
    Request {
        device: DeviceId(Uuid::nil()),
        actor: Actor([0; 16]),
        cursor: Some(vec![cursor]),
        items: changes.iter().map(item).collect(),
        room: ROOM,
        left: Vec::new(),
        copying: Vec::new(),
    }
}

/// An answer that says no more than how far it reaches.
pub fn answer(cursor: u8, more: bool) -> Response {
    Response {
        acks: Vec::new(),
        news: Vec::new(),
        cursor: vec![cursor],
        sums: Vec::new(),
        findings: Vec::new(),
        orders: Vec::new(),
        segments: Vec::new(),
        more,
        at: at(0),
    }
}

/// A first copy of a scope, in no pieces at all.
pub fn manifest() -> Manifest {
    let scope = ScopeId::User(UserId(Uuid::nil()));
    Manifest { scope, seq: 1, dictionaries: Vec::new(), pieces: Vec::new() }
}

/// The server answered.
pub fn answered(response: Response) -> Event {
    Event::Answered(Box::new(response))
}
