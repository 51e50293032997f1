//! One change of a document: hash-linked bytes, and what can be known of them without the document.

use crate::Actor;
use crate::chunk::{Chunk, scan};
use crate::guard::guarded;
use chrono::{DateTime, Utc};
use domain::Instant;
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most bytes that a change may have.
pub const MAX_CHANGE_BYTES: usize = 64 * 1024;

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
    /// How many operations it has; their counters follow each other.
    pub operations: u64,
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
    /// Not one change: a whole document, a bundle, or something else.
    #[error("not a change")]
    NotAChange,
    /// Few bytes that stand for more than a change may.
    #[error("the change stands for too many {0}")]
    Excessive(&'static str),
    /// Written in another way than the library writes it: a document that is saved would not have its hash.
    #[error("the change is not written as the library writes it")]
    Unusual,
    /// Its operations do not fit the document that its author saw.
    #[error("its operations do not fit the document")]
    Unfit,
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
    /// Reads a change that is one plain chunk, cheapest check first. The hash is computed, never believed.
    pub fn parse(bytes: &[u8]) -> Result<Self, BrokenChange> {
        check_size(bytes)?;
        let chunk = Chunk::read(bytes)?;
        if chunk.is_compressed() {
            return Err(BrokenChange::NotAChange);
        }
        Self::of_chunk(&chunk, bytes).map(|(_, change)| change)
    }

    /// Reads what a stranger sent. A compressed chunk is inflated and becomes the plain one, of the same hash; and the
    /// bytes must be those that the library itself would write.
    pub fn from_stranger(bytes: &[u8]) -> Result<Self, BrokenChange> {
        check_size(bytes)?;
        let chunk = Chunk::read(bytes)?;
        let plain = chunk.plain();
        check_size(&plain)?;
        let (library, change) = Self::of_chunk(&chunk, &plain)?;
        let again = guarded(|| automerge::Change::from(library.decode()).raw_bytes() == plain);
        if again == Ok(true) { Ok(change) } else { Err(BrokenChange::Unusual) }
    }

    fn of_chunk(chunk: &Chunk<'_>, plain: &[u8]) -> Result<(automerge::Change, Self), BrokenChange> {
        scan(&chunk.body)?;
        let damaged = |error: &dyn fmt::Display| BrokenChange::Damaged(error.to_string());
        let library = guarded(|| automerge::Change::from_bytes(plain.to_vec()));
        let library = library.map_err(|error| damaged(&error))?.map_err(|error| damaged(&error))?;
        // The library does not compare the checksum of a change that comes alone.
        if !chunk.names(&library.hash().0) {
            return Err(BrokenChange::Damaged("its checksum is another".into()));
        }
        let change = Self::of(&library)?;
        Ok((library, change))
    }

    /// Whether a server takes one so large.
    pub(crate) fn fits(&self) -> Result<(), BrokenChange> {
        check_size(&self.bytes)?;
        scan(&Chunk::read(&self.bytes)?.body)
    }

    /// The counter of its last operation.
    #[must_use]
    pub fn last_op(&self) -> u64 {
        self.start_op.saturating_add(self.operations).saturating_sub(1)
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
            operations: change.len() as u64,
            by: change.message().and_then(|user| user.parse().ok()),
            at: instant(change.timestamp()),
            bytes: change.raw_bytes().to_vec(),
        })
    }
}

fn check_size(bytes: &[u8]) -> Result<(), BrokenChange> {
    if bytes.len() > MAX_CHANGE_BYTES { Err(BrokenChange::TooLarge(bytes.len())) } else { Ok(()) }
}

/// Changes carry milliseconds since 1970.
pub(crate) fn instant(millis: i64) -> Instant {
    DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests;
