//! The document of a follow-up. Done wins: completion has a key of its own that nothing ever clears.

use crate::values::{check_name, name, need, read as read_value, write};
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
    let am = &document.am;
    check_name(am, id.0)?;
    Ok(FollowUp {
        id,
        owner: need(am, &ROOT, "owner")?,
        hcp: read_value(am, &ROOT, "hcp")?,
        call: read_value(am, &ROOT, "call")?,
        text: need(am, &ROOT, "text")?,
        due: need(am, &ROOT, "due")?,
        state: read_value(am, &ROOT, "done")?.unwrap_or(FollowUpState::Open),
    })
}
