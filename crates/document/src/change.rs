//! One change of a document: hash-linked bytes, and what can be known of them without the document.

use crate::Actor;
use chrono::{DateTime, Utc};
use domain::Instant;
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most bytes that a change may have.
pub const MAX_CHANGE_BYTES: usize = 64 * 1024;

/// Begin of every chunk: magic, then four bytes of checksum, then the type of chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const TYPE_AT: usize = 8;
const PLAIN_CHANGE: u8 = 1;

/// SHA-256 of a change; names it everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeHash(pub [u8; 32]);

impl ChangeHash {
    /// Reads 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeHash({self})")
    }
}

/// A change as it travels and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// Count of this actor's changes of this document, from 1.
    pub seq: u64,
    /// The changes that it builds upon.
    pub deps: Vec<ChangeHash>,
    /// Its first operation's counter.
    pub start_op: u64,
    /// The user that it names; none when it names nobody.
    pub by: Option<UserId>,
    /// When, by the writer's clock.
    pub at: Instant,
    /// The bytes, uncompressed.
    pub bytes: Vec<u8>,
}

/// Why bytes are not a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChange {
    /// More than [`MAX_CHANGE_BYTES`].
    #[error("a change has at most {MAX_CHANGE_BYTES} bytes, not {0}")]
    TooLarge(usize),
    /// Not one plain change: a whole document, a bundle, a compressed change, or something else.
    #[error("not a plain change")]
    NotAChange,
    /// The checksum or the structure is wrong.
    #[error("the change is damaged: {0}")]
    Damaged(String),
    /// The actor does not have 16 bytes.
    #[error("the change's actor does not have 16 bytes")]
    Actor,
    /// The bytes go on after the change.
    #[error("there are bytes after the change")]
    Trailing,
}

impl Change {
    /// Reads a change without a document, cheapest check first. The hash is computed, never believed.
    pub fn parse(bytes: &[u8]) -> Result<Self, BrokenChange> {
        if bytes.len() > MAX_CHANGE_BYTES {
            return Err(BrokenChange::TooLarge(bytes.len()));
        }
        if !bytes.starts_with(&MAGIC) || bytes.get(TYPE_AT) != Some(&PLAIN_CHANGE) {
            return Err(BrokenChange::NotAChange);
        }
        let change = automerge::Change::from_bytes(bytes.to_vec())
            .map_err(|error| BrokenChange::Damaged(error.to_string()))?;
        if change.raw_bytes() != bytes {
            return Err(BrokenChange::Trailing);
        }
        Self::of(&change)
    }

    /// The bytes as the library's type; they were parsed before.
    pub(crate) fn to_automerge(&self) -> Result<automerge::Change, BrokenChange> {
        automerge::Change::from_bytes(self.bytes.clone())
            .map_err(|error| BrokenChange::Damaged(error.to_string()))
    }

    pub(crate) fn of(change: &automerge::Change) -> Result<Self, BrokenChange> {
        let actor = change.actor_id().to_bytes().try_into().map_err(|_| BrokenChange::Actor)?;
        Ok(Self {
            hash: ChangeHash(change.hash().0),
            actor: Actor(actor),
            seq: change.seq(),
            deps: change.deps().iter().map(|hash| ChangeHash(hash.0)).collect(),
            start_op: change.start_op().get(),
            by: change.message().and_then(|user| user.parse().ok()),
            at: instant(change.timestamp()),
            bytes: change.raw_bytes().to_vec(),
        })
    }
}

/// Changes carry milliseconds since 1970.
pub(crate) fn instant(millis: i64) -> Instant {
    DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_bytes_are_refused_without_a_panic() {
        let mut document_chunk = MAGIC.to_vec();
        document_chunk.extend([0, 0, 0, 0, 0, 1, 2, 3]);
        assert_eq!(Change::parse(&document_chunk), Err(BrokenChange::NotAChange));
        assert_eq!(Change::parse(b"hello"), Err(BrokenChange::NotAChange));
        assert_eq!(Change::parse(&vec![0; 70_000]), Err(BrokenChange::TooLarge(70_000)));
        let mut torn = MAGIC.to_vec();
        torn.extend([9, 9, 9, 9, PLAIN_CHANGE, 200, 1]);
        assert!(matches!(Change::parse(&torn), Err(BrokenChange::Damaged(_))));
    }
}
