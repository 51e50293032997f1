//! Documents in hand: open for writing, and those that were just written. The next edit of one of these loads, reads
//! and saves nothing whole: what was saved grows by the change alone.

use crate::refusal::OrRefuse;
use contract::Refusal;
use document::{Actor, Change, Content, Document, Kind, Unreadable, call};
use domain::ids::DocId;
use std::collections::VecDeque;
use store::SavedDocument;

/// How many documents stay in memory after they were written: about the calls of a day.
const RECENT: usize = 16;
/// What was saved may grow by its own size, and at least by so many bytes, before it is saved whole again: two pages
/// of the store would be written where one is enough.
const LEAST_GROWTH: usize = 1024;

/// A document in hand, and what it says.
#[derive(Debug)]
pub struct Opened {
    pub kind: Kind,
    pub doc: DocId,
    pub document: Document,
    /// What it says, and whether it is contested, as far as it was read.
    content: Option<Content>,
    contested: Option<bool>,
    saved: Vec<u8>,
    /// So many bytes of it were saved at once; the rest are changes that came after.
    whole: usize,
}

impl Opened {
    /// A document that nobody has yet.
    pub fn new(kind: Kind, doc: DocId, document: Document) -> Self {
        Self { kind, doc, document, content: None, contested: None, saved: Vec::new(), whole: 0 }
    }

    /// A document as the store has it.
    pub fn load(kind: Kind, doc: DocId, saved: Vec<u8>) -> Result<Self, Refusal> {
        let document = Document::load(&saved).or_refuse()?;
        Ok(Self { kind, doc, document, content: None, contested: None, whole: saved.len(), saved })
    }

    /// What it says. Reading a document costs as much as writing into it, so what was committed is not read again.
    pub fn content(&self) -> Result<Content, Unreadable> {
        match &self.content {
            Some(content) => Ok(content.clone()),
            None => Content::read(self.kind, self.doc, &self.document),
        }
    }

    /// Whether people wrote one field at once and nobody has settled it.
    pub fn is_contested(&self) -> Result<bool, Unreadable> {
        self.contested.map_or_else(|| is_contested(self.kind, &self.document), Ok)
    }

    /// What to store after a change was written into it. What it says now is given by who has read it again, or read.
    pub fn grown(&mut self, change: &Change, said: Option<Content>) -> Result<SavedDocument, Unreadable> {
        let growth = self.saved.len() - self.whole + change.bytes.len();
        if self.whole == 0 || growth > self.whole.max(LEAST_GROWTH) {
            self.saved = self.document.save();
            self.whole = self.saved.len();
        } else {
            self.saved.extend_from_slice(&change.bytes);
        }
        let content = match said {
            Some(content) => content,
            None => Content::read(self.kind, self.doc, &self.document)?,
        };
        // Who writes has seen all values that are there: that begins no contest.
        let contested = self.contested != Some(false) && is_contested(self.kind, &self.document)?;
        (self.content, self.contested) = (Some(content.clone()), Some(contested));
        Ok(SavedDocument { doc: self.doc, kind: self.kind, saved: self.saved.clone(), content, contested })
    }
}

/// A document as the store keeps it, saved whole.
pub fn saved(kind: Kind, doc: DocId, document: &mut Document) -> Result<SavedDocument, Unreadable> {
    let (saved, content) = (document.save(), Content::read(kind, doc, document)?);
    Ok(SavedDocument { doc, kind, saved, content, contested: is_contested(kind, document)? })
}

fn is_contested(kind: Kind, document: &Document) -> Result<bool, Unreadable> {
    Ok(kind == Kind::Call && !call::contested(document)?.is_empty())
}

/// The documents that were written last, and the hand that wrote them. What anything else writes must be forgotten here.
#[derive(Debug, Default)]
pub struct Recent {
    documents: VecDeque<Opened>,
    /// With which hand this device writes, as far as it was read.
    pub hand: Option<Actor>,
}

impl Recent {
    /// Takes a document in hand, if it was written lately. It comes back when it was committed.
    pub fn take(&mut self, kind: Kind, doc: DocId) -> Option<Opened> {
        let at = self.documents.iter().position(|opened| opened.doc == doc && opened.kind == kind)?;
        self.documents.remove(at)
    }

    /// Keeps a document as it was committed.
    pub fn keep(&mut self, opened: Opened) {
        self.forget(opened.doc);
        self.documents.truncate(RECENT - 1);
        self.documents.push_front(opened);
    }

    /// Forgets a document: the store has a newer state.
    pub fn forget(&mut self, doc: DocId) {
        self.documents.retain(|opened| opened.doc != doc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use document::{Author, follow_up};
    use domain::ids::{FollowUpId, UserId};
    use domain::planning::{FollowUp, FollowUpState};
    use uuid::Uuid;

    fn author() -> Author {
        Author { actor: Actor([7; 16]), user: UserId(Uuid::nil()), now: DateTime::UNIX_EPOCH }
    }

    fn promise(n: u128) -> (Opened, Change) {
        let id = FollowUpId(Uuid::from_u128(n));
        let follow_up = FollowUp {
            id,
            owner: UserId(Uuid::nil()),
            hcp: None,
            call: None,
            text: "send the paper".into(),
            due: DateTime::UNIX_EPOCH.date_naive(),
            state: FollowUpState::Open,
        };
        let (document, change) = follow_up::create(author(), &follow_up).unwrap();
        (Opened::new(Kind::FollowUp, id.into(), document), change)
    }

    #[test]
    fn what_grew_by_changes_says_the_same_as_what_was_saved_whole() {
        let (mut opened, created) = promise(1);
        let whole = opened.grown(&created, None).unwrap().saved;
        let done = follow_up::complete(&mut opened.document, author()).unwrap().unwrap();
        let grown = opened.grown(&done, None).unwrap();

        assert_eq!(grown.saved, [whole, done.bytes].concat());
        let mut loaded = Document::load(&grown.saved).unwrap();
        assert_eq!(loaded.heads(), opened.document.heads());
        assert_eq!(Content::read(Kind::FollowUp, opened.doc, &loaded).unwrap(), grown.content);
    }

    #[test]
    fn a_document_that_has_grown_much_is_saved_whole_again() {
        let (mut opened, created) = promise(1);
        opened.grown(&created, None).unwrap();
        let long = Change { bytes: vec![0; 2 * LEAST_GROWTH], ..created };
        let saved = opened.grown(&long, None).unwrap().saved;
        assert_eq!(Document::load(&saved).unwrap().heads(), opened.document.heads());
    }

    #[test]
    fn only_the_last_documents_are_kept_and_a_forgotten_one_is_gone() {
        let mut recent = Recent::default();
        (0..=RECENT as u128).for_each(|n| recent.keep(promise(n).0));
        let doc = |n| DocId::from(FollowUpId(Uuid::from_u128(n)));
        assert!(recent.take(Kind::FollowUp, doc(0)).is_none());
        recent.forget(doc(1));
        assert!(recent.take(Kind::FollowUp, doc(1)).is_none());
        assert!(recent.take(Kind::FollowUp, doc(2)).is_some());
        assert!(recent.take(Kind::FollowUp, doc(2)).is_none());
    }
}
