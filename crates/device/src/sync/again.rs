//! Pending work, made again by a fresh hand: this device was copied or restored, and its actor wrote the same numbers
//! elsewhere. What is pending is taken out of each document, what came is put in, and the pending changes are written
//! anew on top; the old ones are kept to be looked up.

use super::intake::Changes;
use crate::opened::saved;
use crate::refusal::OrRefuse;
use contract::Refusal;
use document::{Actor, Change, ChangeHash, Document, Kind, reauthor};
use domain::Instant;
use domain::ids::DocId;
use std::collections::BTreeSet;
use store::{Batch, Decision, OwnChange, Store, Verdict};

/// Adds to the batch what it takes to go on with another hand. What it makes again is taken from `changes`.
pub fn make_again(
    store: &Store,
    batch: &mut Batch,
    changes: &mut Changes,
    (hand, now): (Actor, Instant),
) -> Result<(), Refusal> {
    let decided: BTreeSet<ChangeHash> = batch.decisions.iter().map(|decision| decision.hash).collect();
    for group in store.read(|r| r.waiting_documents()).or_refuse()? {
        let pending = pending(store, group.doc, &decided)?;
        if pending.is_empty() {
            continue;
        }
        let came = changes.remove(&group.doc).map(|(_, came)| came).unwrap_or_default();
        let again = reauthor(&pending, hand).or_refuse()?;
        let mut document = without(store, group.doc, &pending)?;
        document.apply(&came).or_refuse()?;
        document.apply(&again).or_refuse()?;
        batch.documents.push(saved(group.kind, group.doc, &mut document).or_refuse()?);
        batch.own.extend(again.into_iter().map(|change| own(group.doc, group.kind, change)));
        batch.decisions.extend(pending.iter().map(|change| replaced(group.doc, change.hash, now)));
    }
    Ok(())
}

/// The changes of a document that wait and were not decided just now.
fn pending(store: &Store, doc: DocId, decided: &BTreeSet<ChangeHash>) -> Result<Vec<Change>, Refusal> {
    let bytes = store.read(|r| r.own_changes(doc)).or_refuse()?;
    let changes: Vec<_> =
        bytes.iter().map(|bytes| Change::parse(bytes)).collect::<Result<_, _>>().or_refuse()?;
    Ok(changes.into_iter().filter(|change| !decided.contains(&change.hash)).collect())
}

fn without(store: &Store, doc: DocId, pending: &[Change]) -> Result<Document, Refusal> {
    let Some((_, saved)) = store.read(|r| r.document(doc)).or_refuse()? else { return Ok(Document::empty()) };
    let hashes = pending.iter().map(|change| change.hash).collect();
    Document::load(&saved).or_refuse()?.without(&hashes).or_refuse()
}

fn own(doc: DocId, kind: Kind, change: Change) -> OwnChange {
    OwnChange { doc, kind, change }
}

fn replaced(doc: DocId, hash: ChangeHash, at: Instant) -> Decision {
    Decision { doc, hash, verdict: Verdict::Replaced, at }
}
