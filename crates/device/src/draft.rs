//! The one write: load, change, project, and commit once. Nothing is written after the commit.

use crate::desk::Desk;
use crate::opened::{Opened, Recent};
use crate::refusal::OrRefuse;
use crate::settings;
use contract::{Code, Refusal};
use document::{Author, Change, Content, Document, Kind, MAX_CHANGE_BYTES};
use domain::calls::Call;
use domain::ids::DocId;
use std::sync::{MutexGuard, PoisonError};
use store::{Batch, CallRow, OwnChange};

/// What becomes durable together. Nobody else writes documents while it is open.
pub struct Draft<'a> {
    desk: &'a Desk,
    recent: MutexGuard<'a, Recent>,
    author: Author,
    batch: Batch,
    kept: Vec<Opened>,
}

impl Desk {
    /// Begins a write.
    pub(crate) fn draft(&self) -> Result<Draft<'_>, Refusal> {
        let mut recent = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let actor = match recent.hand {
            Some(hand) => hand,
            None => *recent.hand.insert(self.read(|r| settings::need(r, settings::ACTOR))?),
        };
        let author = Author { actor, user: self.me(), now: self.now() };
        Ok(Draft { desk: self, recent, author, batch: Batch::default(), kept: Vec::new() })
    }
}

impl Draft<'_> {
    /// Who writes, and when.
    pub fn author(&self) -> Author {
        self.author
    }

    /// A document that this device has.
    pub fn open(&mut self, kind: Kind, doc: DocId) -> Result<Opened, Refusal> {
        if let Some(opened) = self.recent.take(kind, doc) {
            return Ok(opened);
        }
        // A document that is about to leave takes no more edits: only what was made before is still sent.
        let held = self.desk.read(|r| if r.is_leaving(doc)? { Ok(None) } else { r.document(doc) })?;
        match held {
            Some((found, saved)) if found == kind => Opened::load(kind, doc, saved),
            _ => Err(Code::NotFound.into()),
        }
    }

    /// A document that anybody may begin: an empty one when this device has none.
    pub fn open_or_begin(&mut self, kind: Kind, doc: DocId) -> Result<Opened, Refusal> {
        match self.open(kind, doc) {
            Err(refusal) if refusal.code == Code::NotFound => Ok(Opened::new(kind, doc, Document::empty())),
            opened => opened,
        }
    }

    /// Adds a document with the change that was just written into it. No change, nothing to keep.
    pub fn keep(&mut self, opened: Opened, change: Option<Change>) -> Result<(), Refusal> {
        change.map_or(Ok(()), |change| self.add(opened, change, None).map(drop))
    }

    /// Adds a call that says this since the change, and answers how the store will have it.
    pub fn keep_call(
        &mut self,
        opened: Opened,
        change: Option<Change>,
        call: Call,
    ) -> Result<CallRow, Refusal> {
        let contested = match change {
            Some(change) => self.add(opened, change, Some(Content::Call(Box::new(call.clone()))))?,
            None => opened.is_contested().or_refuse()?,
        };
        Ok(CallRow { call, contested })
    }

    /// Says whether the document is contested.
    fn add(&mut self, mut opened: Opened, change: Change, said: Option<Content>) -> Result<bool, Refusal> {
        if change.bytes.len() > MAX_CHANGE_BYTES {
            return Err(Code::TextTooLong.into());
        }
        let saved = opened.grown(&change, said).or_refuse()?;
        let contested = saved.contested;
        self.batch.documents.push(saved);
        self.batch.own.push(OwnChange { doc: opened.doc, kind: opened.kind, change });
        self.kept.push(opened);
        Ok(contested)
    }

    /// Makes everything durable, or nothing.
    pub fn commit(mut self) -> Result<(), Refusal> {
        if self.batch.own.is_empty() {
            return Ok(());
        }
        self.desk.store.commit(&self.batch).or_refuse()?;
        self.kept.into_iter().for_each(|opened| self.recent.keep(opened));
        Ok(())
    }
}
