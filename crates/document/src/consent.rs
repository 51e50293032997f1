//! The consent document of an HCP: events at the root, one key each, so that two devices may begin it at once.
//! Append-only: an event is written once and never touched again.

use crate::values::{Values, write};
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
    let root = Values::of(&document.am, &ROOT);
    let events = root.keys_under(EVENT).map(|key| root.need(key)).collect::<Result<_, _>>()?;
    Ok(AboutHcp { doc, hcp: root.need("hcp")?, content: events })
}
