//! Documents that are kept and cannot be opened. What is sent for one is answered with `retry`; all others go on.

use crate::store::Held;
use domain::ids::DocId;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which documents, and at which revision: another revision is tried again. Kept in memory: each server finds out for
/// itself, once, so that a document is not opened in vain with every request.
#[derive(Default)]
pub struct Quarantine(Mutex<HashMap<DocId, u64>>);

impl Quarantine {
    /// Puts documents into it.
    pub fn add(&self, found: impl IntoIterator<Item = (DocId, u64)>) {
        let mut documents = self.documents();
        documents.extend(found);
        tell(documents.len());
    }

    /// Those of these that are in it. One that has another revision now is let out.
    pub fn among(&self, held: &HashMap<DocId, Held>) -> HashSet<DocId> {
        let mut documents = self.documents();
        documents.retain(|doc, revision| held.get(doc).is_none_or(|held| held.revision == *revision));
        tell(documents.len());
        held.keys().copied().filter(|doc| documents.contains_key(doc)).collect()
    }

    fn documents(&self) -> MutexGuard<'_, HashMap<DocId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(count: usize) {
    metrics::gauge!("rounds_documents_quarantined").set(u32::try_from(count).unwrap_or(u32::MAX));
}
