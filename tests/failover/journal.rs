//! What the story is held against, written down outside of devices and servers: every change that an answer has
//! acknowledged, every answer by its kind, and everything that a device called saved.

use device::TransportError;
use document::ChangeHash;
use domain::ids::{CallId, DocId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use sync::json::ProblemCode;
use sync::wire::decode;
use sync::wire::v1::{self, Item, Outcome, Request, Response};
use tokio::time::Instant;
use world::Witness;

/// An answer to a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It was taken.
    Taken,
    /// The device was asked to come back, and told when.
    Busy,
    /// No answer came within the device's patience.
    Silence,
    /// Anything else, which there must not be.
    Other,
}

/// The journal.
#[derive(Default)]
pub struct Journal(Mutex<Pages>);

/// What stands in it.
#[derive(Default)]
pub struct Pages {
    /// Changes that an answer called durable.
    pub acknowledged: BTreeSet<(DocId, ChangeHash)>,
    /// When such an answer came.
    pub moments: Vec<Instant>,
    /// Answers by kind.
    pub answers: BTreeMap<Kind, usize>,
    /// Changes that were to be sent again.
    pub retries: usize,
    /// What must not be, in words.
    pub wrong: Vec<String>,
    /// Changes that were refused.
    pub refused: Vec<Item>,
    /// Calls that were planned, and by which device.
    pub calls: Vec<(CallId, usize)>,
    /// Pieces of work that a device called saved.
    pub saved: Vec<(CallId, String)>,
}

impl Journal {
    /// Opens it.
    pub fn read(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for Journal {
    fn saw(&self, request: &[u8], answer: &Result<Vec<u8>, TransportError>) {
        let mut pages = self.read();
        let kind = kind(answer);
        *pages.answers.entry(kind).or_default() += 1;
        match answer {
            Ok(answer) => pages.took(request, answer),
            Err(error) if kind == Kind::Other => pages.wrong.push(error.to_string()),
            Err(_) => {}
        }
    }
}

fn kind(answer: &Result<Vec<u8>, TransportError>) -> Kind {
    match answer {
        Ok(_) => Kind::Taken,
        Err(TransportError::Unreachable(_)) => Kind::Silence,
        Err(TransportError::Refused { problem, retry_after: Some(_) })
            if problem.code == ProblemCode::Busy =>
        {
            Kind::Busy
        }
        Err(_) => Kind::Other,
    }
}

impl Pages {
    fn took(&mut self, request: &[u8], answer: &[u8]) {
        let request: Request = decode(v1::VERSION, request).unwrap();
        let response: Response = decode(v1::VERSION, answer).unwrap();
        assert_eq!(request.items.len(), response.acks.len());
        let before = self.acknowledged.len();
        for (item, ack) in request.items.iter().zip(&response.acks) {
            match (ack.outcome, ack.hash) {
                (Outcome::Accepted | Outcome::Duplicate, Some(hash)) => {
                    self.acknowledged.insert((item.doc, hash));
                }
                (Outcome::Retry, _) => self.retries += 1,
                refused => {
                    self.wrong.push(format!("{refused:?}"));
                    self.refused.push(item.clone());
                }
            }
        }
        if self.acknowledged.len() > before {
            self.moments.push(Instant::now());
        }
    }
}
