//! What devices called saved, written down outside of them: the truth that the end is held against.

use document::ChangeHash;
use domain::ids::{CallId, DocId};
use std::collections::BTreeSet;

/// A change that a person was told is saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// On which device.
    pub tablet: usize,
    /// Of which document.
    pub doc: DocId,
    /// Which change.
    pub hash: ChangeHash,
    /// A text that it wrote and that occurs nowhere else.
    pub mark: Option<String>,
    /// The device was restored from a copy that did not have it, and reads it again when it has synced.
    pub elsewhere: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Journal {
    /// Calls that were planned, and by which device.
    pub calls: Vec<(CallId, usize)>,
    saved: Vec<Saved>,
    known: BTreeSet<(usize, DocId, ChangeHash)>,
    marks: usize,
}

impl Journal {
    /// A text that occurs nowhere else.
    pub fn mark(&mut self) -> String {
        self.marks += 1;
        format!("<mark {}>", self.marks)
    }

    /// A device said that something is saved, and these are the changes of its own on its disk. Answers how many of
    /// them are new.
    pub fn write(
        &mut self,
        tablet: usize,
        own: BTreeSet<(DocId, ChangeHash)>,
        mark: Option<&(DocId, String)>,
    ) -> usize {
        let before = self.saved.len();
        for (doc, hash) in own {
            if self.known.insert((tablet, doc, hash)) {
                let mark = mark.filter(|(marked, _)| *marked == doc).map(|(_, mark)| mark.clone());
                self.saved.push(Saved { tablet, doc, hash, mark, elsewhere: false });
            }
        }
        self.saved.len() - before
    }

    /// A device was copied: the copy says the same.
    pub fn copied(&mut self, from: usize, to: usize) {
        let copies: Vec<_> = self.of(from).map(|saved| Saved { tablet: to, ..saved.clone() }).collect();
        self.known.extend(copies.iter().map(|saved| (to, saved.doc, saved.hash)));
        self.saved.extend(copies);
    }

    /// A device was restored from an old copy: what it had saved since is gone with it, except what the server has.
    pub fn restored(
        &mut self,
        tablet: usize,
        here: impl Fn(&Saved) -> bool,
        elsewhere: impl Fn(&Saved) -> bool,
    ) {
        for saved in self.saved.iter_mut().filter(|saved| saved.tablet == tablet) {
            saved.elsewhere = !here(saved);
        }
        self.saved.retain(|saved| saved.tablet != tablet || !saved.elsewhere || elsewhere(saved));
        self.known = self.saved.iter().map(|saved| (saved.tablet, saved.doc, saved.hash)).collect();
    }

    /// Everything.
    pub fn all(&self) -> &[Saved] {
        &self.saved
    }

    /// What one device called saved.
    pub fn of(&self, tablet: usize) -> impl Iterator<Item = &Saved> {
        self.saved.iter().filter(move |saved| saved.tablet == tablet)
    }

    /// All documents that anybody called saved.
    pub fn docs(&self) -> BTreeSet<DocId> {
        self.saved.iter().map(|saved| saved.doc).collect()
    }
}
