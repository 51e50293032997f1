//! What a document of any kind says, in the words of the domain.

use crate::{Document, Kind, Unreadable, call, consent, follow_up, profile_notes};
use domain::calls::Call;
use domain::consent::ConsentEvent;
use domain::ids::{CallId, DocId, FollowUpId};
use domain::people::{AboutHcp, ProfileNotes};
use domain::planning::FollowUp;
use serde::{Deserialize, Serialize};

/// A document, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    /// Whether a document of this kind and id can say this.
    #[must_use]
    pub fn is_of(&self, kind: Kind, doc: DocId) -> bool {
        match self {
            Self::Call(call) => kind == Kind::Call && call.id.0 == doc.0,
            Self::Consent(consent) => kind == Kind::Consent && consent.doc == doc,
            Self::ProfileNotes(notes) => kind == Kind::ProfileNotes && notes.doc == doc,
            Self::FollowUp(follow_up) => kind == Kind::FollowUp && follow_up.id.0 == doc.0,
        }
    }
}
