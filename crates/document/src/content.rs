//! What a document of any kind says, in the words of the domain.

use crate::{Document, Kind, Unreadable, call, consent, follow_up, profile_notes};
use domain::calls::Call;
use domain::consent::ConsentEvent;
use domain::ids::{CallId, DocId, FollowUpId};
use domain::people::{AboutHcp, ProfileNotes};
use domain::planning::FollowUp;

/// A document, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// One call.
    Call(Box<Call>),
    /// All consent of one HCP.
    Consent(AboutHcp<Vec<ConsentEvent>>),
    /// Shared field knowledge about one HCP.
    ProfileNotes(AboutHcp<ProfileNotes>),
    /// One promise.
    FollowUp(FollowUp),
}

impl Content {
    /// Reads a document of a kind.
    pub fn read(kind: Kind, doc: DocId, document: &Document) -> Result<Self, Unreadable> {
        Ok(match kind {
            Kind::Call => Self::Call(Box::new(call::read(CallId(doc.0), document)?)),
            Kind::Consent => Self::Consent(consent::read(doc, document)?),
            Kind::ProfileNotes => Self::ProfileNotes(profile_notes::read(doc, document)?),
            Kind::FollowUp => Self::FollowUp(follow_up::read(FollowUpId(doc.0), document)?),
        })
    }
}
