//! A look at what is on a device, through a copy of its disk: the device itself does not notice.

use crate::machine::Machine;
use crate::pages::key_of;
use anyhow::Result;
use disk::Disk;
use document::{ChangeHash, Content, Document, Heads};
use domain::ids::DocId;
use std::collections::BTreeSet;
use std::path::Path;
use store::Store;
use sync::{Checksum, ScopeId};

/// The device's database.
pub const FILE: &str = "rounds.db";

/// What a device holds.
pub struct Glass(Store);

/// A document as somebody has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its newest changes.
    pub heads: Heads,
    /// All changes.
    pub changes: BTreeSet<ChangeHash>,
    /// What it says.
    pub says: String,
}

impl Held {
    /// Reads a saved document.
    pub fn of(kind: document::Kind, doc: DocId, saved: &[u8]) -> Result<Self> {
        let mut document = Document::load(saved)?;
        let says = format!("{:?}", Content::read(kind, doc, &document)?);
        let changes = document.changes()?.into_iter().map(|change| change.hash).collect();
        Ok(Self { heads: document.heads(), changes, says })
    }
}

impl Glass {
    /// Copies a machine's disk and opens the copy.
    pub fn over(machine: &Machine, copy: &Machine, take: fn(&Disk, &Path)) -> Result<Self> {
        take(&machine.disk, copy.folder());
        Ok(Self(Store::open(&copy.folder().join(FILE), &key_of(machine.folder())?)?))
    }

    /// Changes that were made here of documents that wait or were refused, those included that the server has.
    pub fn own(&self) -> Result<BTreeSet<(DocId, ChangeHash)>> {
        let groups = self.0.read(|r| Ok([r.waiting_documents()?, r.refused_documents()?].concat()))?;
        let mut own = BTreeSet::new();
        for group in groups {
            let hashes = self.0.read(|r| r.own_hashes(group.doc))?;
            own.extend(hashes.into_iter().map(|hash| (group.doc, hash)));
        }
        Ok(own)
    }

    /// Changes of a document that wait or were refused.
    pub fn pending(&self, doc: DocId) -> Result<BTreeSet<ChangeHash>> {
        let bytes = self.0.read(|r| r.own_changes(doc))?;
        Ok(bytes
            .iter()
            .map(|bytes| document::Change::parse(bytes).map(|c| c.hash))
            .collect::<Result<_, _>>()?)
    }

    /// Whether a change was made here, as far as it is kept.
    pub fn made(&self, doc: DocId, hash: &ChangeHash) -> Result<bool> {
        Ok(self.0.read(|r| r.own_hashes(doc))?.contains(hash))
    }

    /// Whether a document was refused, so that people see it.
    pub fn shows_refused(&self, doc: DocId) -> Result<bool> {
        Ok(self.0.read(|r| r.refused_documents())?.iter().any(|group| group.doc == doc))
    }

    /// A document.
    pub fn document(&self, doc: DocId) -> Result<Option<Held>> {
        let found = self.0.read(|r| r.document(doc))?;
        found.map(|(kind, saved)| Held::of(kind, doc, &saved)).transpose()
    }

    /// The sum of a scope.
    pub fn sum(&self, scope: ScopeId) -> Result<Checksum> {
        Ok(Checksum(self.0.read(|r| r.scope_sum(&scope.to_string()))?))
    }
}
