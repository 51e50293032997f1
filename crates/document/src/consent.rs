//! The consent document of an HCP: events at the root, one key each, so that two devices may begin it at once.
//! Append-only: an event is written once and never touched again.

use crate::values::{need, read as read_value, write};
use crate::{Author, Change, Document, Unreadable};
use automerge::{ROOT, ReadDoc};
use domain::consent::ConsentEvent;
use domain::ids::{DocId, HcpId};
use domain::people::AboutHcp;

const EVENT: &str = "event/";

/// Adds an event. Begins the document when it is empty.
pub fn record(
    document: &mut Document,
    author: Author,
    hcp: HcpId,
    event: &ConsentEvent,
) -> Result<Option<Change>, Unreadable> {
    let am = document.write_as(author);
    if am.get(ROOT, "hcp")?.is_none() {
        write(am, &ROOT, "hcp", &hcp)?;
    }
    write(am, &ROOT, &format!("{EVENT}{}", event.id), event)?;
    Ok(document.commit(author)?)
}

/// The person and all events, by id.
pub fn read(doc: DocId, document: &Document) -> Result<AboutHcp<Vec<ConsentEvent>>, Unreadable> {
    let am = &document.am;
    let events = am
        .keys(ROOT)
        .filter(|key| key.starts_with(EVENT))
        .map(|key| need(am, &ROOT, &key))
        .collect::<Result<Vec<ConsentEvent>, _>>()?;
    let hcp = read_value(am, &ROOT, "hcp")?.ok_or_else(|| Unreadable::Missing("hcp".into()))?;
    Ok(AboutHcp { doc, hcp, content: events })
}
