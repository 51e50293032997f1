//! The profile notes of an HCP: notes at the root, one key each, so that two devices may begin it at once.

use crate::values::{Values, write};
use crate::{Author, Change, Document, Unreadable};
use automerge::{ROOT, ReadDoc};
use domain::calls::Channel;
use domain::ids::{DocId, HcpId};
use domain::people::{AboutHcp, ProfileNote, ProfileNotes};

const NOTE: &str = "note/";

/// What a person adds to the notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// One more note.
    Note(ProfileNote),
    /// The HCP's favourite channel.
    PreferredChannel(Option<Channel>),
    /// When the HCP likes to be seen, in words.
    BestTime(Option<String>),
}

/// Writes one edit. Begins the document when it is empty.
pub fn edit(
    document: &mut Document,
    author: Author,
    hcp: HcpId,
    edit: &Edit,
) -> Result<Option<Change>, Unreadable> {
    let am = document.write_as(author);
    if am.get(ROOT, "hcp")?.is_none() {
        write(am, &ROOT, "hcp", &hcp)?;
    }
    match edit {
        Edit::Note(note) => write(am, &ROOT, &format!("{NOTE}{}", note.id), note)?,
        Edit::PreferredChannel(channel) => write(am, &ROOT, "preferred_channel", channel)?,
        Edit::BestTime(words) => write(am, &ROOT, "best_time", words)?,
    }
    Ok(document.commit(author)?)
}

/// The person and all that is noted.
pub fn read(doc: DocId, document: &Document) -> Result<AboutHcp<ProfileNotes>, Unreadable> {
    let root = Values::of(&document.am, &ROOT);
    let mut notes = ProfileNotes {
        preferred_channel: root.read("preferred_channel")?,
        best_time: root.read("best_time")?,
        ..ProfileNotes::default()
    };
    for key in root.keys_under(NOTE) {
        let note: ProfileNote = root.need(key)?;
        notes.notes.insert(note.id, note);
    }
    Ok(AboutHcp { doc, hcp: root.need("hcp")?, content: notes })
}
