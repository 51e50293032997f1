//! The kinds of documents.

use domain::people::{Audience, Role};
use serde::{Deserialize, Serialize};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One call.
    Call,
    /// All consent of one HCP.
    Consent,
    /// Shared field knowledge about one HCP.
    ProfileNotes,
    /// One promise.
    FollowUp,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Call, Self::Consent, Self::ProfileNotes, Self::FollowUp];

    /// Its name in stores and in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Consent => "consent",
            Self::ProfileNotes => "profile_notes",
            Self::FollowUp => "follow_up",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Who may hold a document of this kind that a person of this role begins.
    #[must_use]
    pub fn audience(self, role: Role) -> Audience {
        match self {
            Self::Consent => Audience::All,
            Self::Call | Self::ProfileNotes | Self::FollowUp => role.audience(),
        }
    }
}
