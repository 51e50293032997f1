//! The one write: load, change, project, and commit once. Nothing is written after the commit.

use crate::desk::Desk;
use crate::refusal::OrRefuse;
use crate::settings;
use contract::{Code, Refusal};
use document::{Author, Change, Content, Document, Kind, MAX_CHANGE_BYTES, Unreadable, call};
use domain::ids::DocId;
use std::sync::{MutexGuard, PoisonError};
use store::{Batch, OwnChange, SavedDocument};

/// What becomes durable together. Nobody else writes documents while it is open.
pub struct Draft<'a> {
    desk: &'a Desk,
    _turn: MutexGuard<'a, ()>,
    author: Author,
    batch: Batch,
}

impl Desk {
    /// Begins a write.
    pub(crate) fn draft(&self) -> Result<Draft<'_>, Refusal> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let actor = self.read(|r| settings::need(r, settings::ACTOR))?;
        let author = Author { actor, user: self.me(), now: self.now() };
        Ok(Draft { desk: self, _turn: turn, author, batch: Batch::default() })
    }
}

impl Draft<'_> {
    /// Who writes, and when.
    pub fn author(&self) -> Author {
        self.author
    }

    /// A document that this device has.
    pub fn open(&self, kind: Kind, doc: DocId) -> Result<Document, Refusal> {
        match self.desk.read(|r| r.document(doc))? {
            Some((found, saved)) if found == kind => Document::load(&saved).or_refuse(),
            _ => Err(Code::NotFound.into()),
        }
    }

    /// A document that anybody may begin: an empty one when this device has none.
    pub fn open_or_begin(&self, kind: Kind, doc: DocId) -> Result<Document, Refusal> {
        match self.open(kind, doc) {
            Err(refusal) if refusal.code == Code::NotFound => Ok(Document::empty()),
            opened => opened,
        }
    }

    /// Adds a document with the change that was just written into it. No change, nothing to keep.
    pub fn keep(
        &mut self,
        kind: Kind,
        doc: DocId,
        mut document: Document,
        change: Option<Change>,
    ) -> Result<(), Refusal> {
        let Some(change) = change else { return Ok(()) };
        if change.bytes.len() > MAX_CHANGE_BYTES {
            return Err(Code::TextTooLong.into());
        }
        self.batch.documents.push(saved(kind, doc, &mut document).or_refuse()?);
        self.batch.own.push(OwnChange { doc, kind, change });
        Ok(())
    }

    /// Makes everything durable, or nothing.
    pub fn commit(self) -> Result<(), Refusal> {
        if self.batch.own.is_empty() {
            return Ok(());
        }
        self.desk.store.commit(&self.batch).or_refuse()
    }
}

/// A document as the store keeps it.
pub fn saved(kind: Kind, doc: DocId, document: &mut Document) -> Result<SavedDocument, Unreadable> {
    let content = Content::read(kind, doc, document)?;
    let contested = kind == Kind::Call && !call::contested(document)?.is_empty();
    Ok(SavedDocument { doc, kind, saved: document.save(), content, contested })
}
