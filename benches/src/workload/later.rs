//! What happens after the workload was written: somebody edits some documents, or everybody does for four weeks.

use super::people::{Hand, JAN, LENA};
use super::writing::event;
use super::{Workload, Written};
use anyhow::{Context, Result};
use chrono::TimeDelta;
use document::{Change, Content, Document, Kind, call, consent, follow_up};
use domain::Instant;
use domain::calls::{CallEdit, CallState};
use domain::ids::DocId;

/// Documents that change down there, and up here, within four weeks without a network.
const DOWN: usize = 2_000;
const UP: usize = 300;
/// So many of those that change up here also change down there.
const BOTH: usize = 30;

/// One more change of a document.
#[derive(Debug, Clone)]
pub struct Later {
    /// Of which document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// What was edited, where it is a call.
    pub edits: Vec<CallEdit>,
    /// The change.
    pub change: Change,
    /// What the document says with it.
    pub content: Content,
}

/// Four weeks without a network.
#[derive(Debug, Clone)]
pub struct Weeks {
    /// What was written on the device meanwhile: edits of open calls.
    pub up: Vec<Later>,
    /// What the colleague wrote.
    pub down: Vec<Later>,
}

impl Workload {
    /// One document in a hundred, edited by the colleague.
    pub fn hundredth(&self) -> Result<Vec<Later>> {
        let some = self.documents.len() / 100;
        self.open().into_iter().take(some).map(|written| self.edited(written, LENA)).collect()
    }

    /// Four weeks; each round has documents of its own.
    pub fn weeks(&self, round: usize) -> Result<Weeks> {
        let scale = |count: usize| (count * self.documents.len() / 20_000).max(1);
        let (down, up, both) = (scale(DOWN), scale(UP), scale(BOTH));
        let open = self.open();
        let after = self.documents.len() / 100 + round * (down + up * 3);
        let here = open.get(after..after + down + up * 3).context("not enough open documents")?;
        let (there, here) = here.split_at(down);
        let is_call = |written: &&&Written| written.kind == Kind::Call;
        let shared = there.iter().filter(is_call).take(both);
        let own = here.iter().filter(is_call).take(up - both);
        Ok(Weeks {
            up: shared.chain(own).map(|written| self.edited(written, JAN)).collect::<Result<_>>()?,
            down: there.iter().map(|written| self.edited(written, LENA)).collect::<Result<_>>()?,
        })
    }

    fn edited(&self, written: &Written, by: Hand) -> Result<Later> {
        let mut document = Document::load(&written.saved)?;
        let now = self.now + TimeDelta::hours(1);
        let edits = edits(&written.content, by);
        let change = change(&mut document, written, &edits, by, now)?;
        let (doc, kind) = (written.doc, written.kind);
        let content = Content::read(kind, doc, &document)?;
        Ok(Later { doc, kind, edits, change, content })
    }
}

/// Whether people still edit it.
pub fn is_open(written: &Written) -> bool {
    !matches!(&written.content, Content::Call(call) if matches!(call.state, CallState::Submitted { .. }))
}

/// A sentence more in the note of a call, and another place.
fn edits(content: &Content, by: Hand) -> Vec<CallEdit> {
    let Content::Call(call) = content else { return Vec::new() };
    let note = format!("{} {} heard that the dosing card has arrived.", call.content.notes, by.name);
    vec![CallEdit::Notes(note), CallEdit::Place(Some(format!("Ward of {}", by.name)))]
}

fn change(
    document: &mut Document,
    written: &Written,
    edits: &[CallEdit],
    by: Hand,
    now: Instant,
) -> Result<Change> {
    let author = by.at(now);
    let change = match &written.content {
        Content::Call(_) => call::edit(document, author, edits, None)?,
        Content::FollowUp(_) => follow_up::complete(document, author)?,
        Content::Consent(about) => {
            consent::record(document, author, about.hcp, &event(author, &format!("later/{}", about.doc), 0))?
        }
        Content::ProfileNotes(_) => None,
    };
    change.context("an edit changed nothing")
}
