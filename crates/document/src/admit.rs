//! Which changes a document takes. Judged against what the change's author saw, not against what came later: an
//! edit made before the submission was seen is work and is taken; one made after it is an amendment or nothing.

use crate::fits;
use crate::{CannotApply, Change, Content, Document, Kind, Unreadable};
use domain::calls::Call;
use domain::ids::DocId;

/// Why a document does not take a change.
#[derive(Debug, thiserror::Error)]
pub enum Inadmissible {
    /// It cannot be applied.
    #[error(transparent)]
    Cannot(#[from] CannotApply),
    /// With it the document would not be of its kind.
    #[error("the document would not be readable: {0}")]
    Unreadable(#[from] Unreadable),
    /// It changes the content of a call whose submission its author had seen.
    #[error("a submitted call takes amendments only")]
    Frozen,
    /// It touches what was written before in an append-only document.
    #[error("the document is append-only")]
    AppendOnly,
    /// It changes whose document it is, or whom it is about.
    #[error("the document's owner and subject cannot change")]
    Identity,
}

/// Checks a change against the document as its author saw it. `document` has all that the change builds upon.
pub fn admit(kind: Kind, doc: DocId, document: &mut Document, change: &Change) -> Result<(), Inadmissible> {
    let mut seen = document.at(&change.deps)?;
    let before = match change.deps.is_empty() {
        true => None,
        false => Some(Content::read(kind, doc, &seen)?),
    };
    fits::check(&seen, change)?;
    seen.apply(std::slice::from_ref(change))?;
    let after = Content::read(kind, doc, &seen)?;
    match before {
        Some(before) => check(&before, &after),
        None if document.heads().is_empty() => Ok(()),
        None => check_second_beginning(&Content::read(kind, doc, document)?, &after),
    }
}

/// Two devices without a network may both begin the documents about an HCP, and about the same one. A call and a
/// follow-up are begun once, by the device that made their id: a second beginning would write over the first.
fn check_second_beginning(held: &Content, begun: &Content) -> Result<(), Inadmissible> {
    match (held, begun) {
        (Content::Consent(held), Content::Consent(begun)) => same(held.hcp == begun.hcp),
        (Content::ProfileNotes(held), Content::ProfileNotes(begun)) => same(held.hcp == begun.hcp),
        _ => Err(Inadmissible::Identity),
    }
}

fn check(before: &Content, after: &Content) -> Result<(), Inadmissible> {
    match (before, after) {
        (Content::Call(before), Content::Call(after)) => check_call(before, after),
        (Content::Consent(before), Content::Consent(after)) => {
            same(before.hcp == after.hcp)?;
            append_only(before.content.iter().all(|event| after.content.contains(event)))
        }
        (Content::ProfileNotes(before), Content::ProfileNotes(after)) => {
            same(before.hcp == after.hcp)?;
            let kept = |(id, note)| after.content.notes.get(id) == Some(note);
            append_only(before.content.notes.iter().all(kept))
        }
        (Content::FollowUp(before), Content::FollowUp(after)) => {
            same((before.hcp, before.call) == (after.hcp, after.call))
        }
        _ => Err(Inadmissible::Identity),
    }
}

fn check_call(before: &Call, after: &Call) -> Result<(), Inadmissible> {
    same((before.owner, before.audience) == (after.owner, after.audience))?;
    append_only(before.amendments.iter().all(|amendment| after.amendments.contains(amendment)))?;
    let frozen = !before.state.is_open();
    if frozen && (before.state != after.state || before.content != after.content) {
        return Err(Inadmissible::Frozen);
    }
    Ok(())
}

fn same(holds: bool) -> Result<(), Inadmissible> {
    if holds { Ok(()) } else { Err(Inadmissible::Identity) }
}

fn append_only(holds: bool) -> Result<(), Inadmissible> {
    if holds { Ok(()) } else { Err(Inadmissible::AppendOnly) }
}
