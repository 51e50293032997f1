//! The document of a follow-up. Done wins: completion has a key of its own that nothing ever clears.

use crate::values::{Values, name, write};
use crate::{Author, Change, Document, Unreadable};
use automerge::ROOT;
use domain::ids::FollowUpId;
use domain::planning::{FollowUp, FollowUpState};

/// A new follow-up.
pub fn create(author: Author, follow_up: &FollowUp) -> Result<(Document, Change), Unreadable> {
    let mut document = Document::empty();
    let am = document.write_as(author);
    name(am, follow_up.id.0)?;
    write(am, &ROOT, "owner", &follow_up.owner)?;
    write(am, &ROOT, "hcp", &follow_up.hcp)?;
    write(am, &ROOT, "call", &follow_up.call)?;
    write(am, &ROOT, "text", &follow_up.text)?;
    write(am, &ROOT, "due", &follow_up.due)?;
    let change = document.commit(author)?.ok_or_else(|| Unreadable::Missing("change".into()))?;
    Ok((document, change))
}

/// It is done.
pub fn complete(document: &mut Document, author: Author) -> Result<Option<Change>, Unreadable> {
    let done = FollowUpState::Done { at: author.now, by: author.user };
    write(document.write_as(author), &ROOT, "done", &done)?;
    Ok(document.commit(author)?)
}

/// What it says.
pub fn read(id: FollowUpId, document: &Document) -> Result<FollowUp, Unreadable> {
    let root = Values::of(&document.am, &ROOT);
    root.check_name(id.0)?;
    Ok(FollowUp {
        id,
        owner: root.need("owner")?,
        hcp: root.read("hcp")?,
        call: root.read("call")?,
        text: root.need("text")?,
        due: root.need("due")?,
        state: root.read("done")?.unwrap_or(FollowUpState::Open),
    })
}
