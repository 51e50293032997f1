//! A document in memory: load, merge, commit, save.

use crate::change::{Change, ChangeHash, instant};
use crate::{Author, BrokenChange};
use automerge::transaction::CommitOptions;
use automerge::{ActorId, AutoCommit, ReadDoc};
use domain::Instant;
use domain::ids::UserId;
use std::collections::BTreeSet;

/// The newest changes of a document: those that no other builds upon.
pub type Heads = Vec<ChangeHash>;

/// A document of any kind, loaded.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) am: AutoCommit,
}

/// Why a change cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum CannotApply {
    /// It is broken.
    #[error(transparent)]
    Broken(#[from] BrokenChange),
    /// It builds upon changes that are not here.
    #[error("{0} changes that it builds upon are missing")]
    MissingDeps(usize),
    /// The library refuses it.
    #[error("refused: {0}")]
    Refused(String),
}

impl Default for Document {
    fn default() -> Self {
        Self::empty()
    }
}

impl Document {
    /// A document without a change.
    #[must_use]
    pub fn empty() -> Self {
        Self { am: AutoCommit::new() }
    }

    /// Loads what [`Document::save`] gave.
    pub fn load(saved: &[u8]) -> Result<Self, CannotApply> {
        AutoCommit::load(saved).map(|am| Self { am }).map_err(|error| CannotApply::Refused(error.to_string()))
    }

    /// The whole document with its history.
    #[must_use]
    pub fn save(&mut self) -> Vec<u8> {
        self.am.save()
    }

    /// Its newest changes, sorted.
    #[must_use]
    pub fn heads(&mut self) -> Heads {
        let mut heads: Heads = self.am.get_heads().into_iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// Whether the document has this change.
    #[must_use]
    pub fn has(&mut self, hash: &ChangeHash) -> bool {
        self.am.get_change_by_hash(&automerge::ChangeHash(hash.0)).is_some()
    }

    /// Applies changes in an order in which each finds what it builds upon. Known ones do nothing.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), CannotApply> {
        for change in changes {
            self.apply_one(change)?;
        }
        Ok(())
    }

    fn apply_one(&mut self, change: &Change) -> Result<(), CannotApply> {
        let deps: Vec<_> = change.deps.iter().map(|hash| automerge::ChangeHash(hash.0)).collect();
        let missing = self.am.get_missing_deps(&deps).len();
        if missing > 0 {
            return Err(CannotApply::MissingDeps(missing));
        }
        self.am
            .apply_changes([change.to_automerge()?])
            .map_err(|error| CannotApply::Refused(error.to_string()))
    }

    /// All changes, each after those that it builds upon.
    pub fn changes(&mut self) -> Result<Vec<Change>, BrokenChange> {
        self.am.get_changes(&[]).iter().map(Change::of).collect()
    }

    /// The document without some of its changes, and without what builds upon them.
    pub fn without(&mut self, left_out: &BTreeSet<ChangeHash>) -> Result<Self, CannotApply> {
        let mut gone = left_out.clone();
        let mut rest = Self::empty();
        for change in self.changes()? {
            if gone.contains(&change.hash) || change.deps.iter().any(|dep| gone.contains(dep)) {
                gone.insert(change.hash);
            } else {
                rest.apply_one(&change)?;
            }
        }
        Ok(rest)
    }

    /// The document as its author of a change saw it.
    pub fn at(&mut self, heads: &[ChangeHash]) -> Result<Self, CannotApply> {
        let heads: Vec<_> = heads.iter().map(|hash| automerge::ChangeHash(hash.0)).collect();
        if heads.is_empty() {
            return Ok(Self::empty());
        }
        self.am.fork_at(&heads).map(|am| Self { am }).map_err(|error| CannotApply::Refused(error.to_string()))
    }

    /// Prepares writing: what follows is by this author.
    pub(crate) fn write_as(&mut self, author: Author) -> &mut AutoCommit {
        self.am.set_actor(ActorId::from(author.actor.0))
    }

    /// Ends writing: one change, or none when nothing was written.
    pub(crate) fn commit(&mut self, author: Author) -> Result<Option<Change>, BrokenChange> {
        let options = CommitOptions::default()
            .with_message(author.user.to_string())
            .with_time(author.now.timestamp_millis());
        if self.am.commit_with(options).is_none() {
            return Ok(None);
        }
        let change = self.am.get_last_local_change().as_ref().map(Change::of).transpose()?;
        // The server would refuse it, and somebody was told that it is saved.
        change.as_ref().map_or(Ok(()), Change::fits)?;
        Ok(change)
    }

    /// Who wrote a value, and when.
    pub(crate) fn writer_of(&self, value: &automerge::ObjId) -> Option<(UserId, Instant)> {
        let hash = self.am.hash_for_opid(value)?;
        let change = ReadDoc::get_change_by_hash(&self.am, &hash)?;
        Some((change.message()?.parse().ok()?, instant(change.timestamp())))
    }
}
