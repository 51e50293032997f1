//! Typed ids. Every id is a UUID; its type says of what. External systems get the hyphenated form, which uses
//! only `[A-Za-z0-9_-]`, because CRM keys break on more.

use crate::people::Audience;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// A healthcare professional.
    HcpId,
    /// A hospital, practice, pharmacy or department.
    OrgId,
    /// A link between an HCP and an organisation.
    AffiliationId,
    /// A sales or medical territory.
    TerritoryId,
    /// A person of the company who uses Rounds.
    UserId,
    /// An installation of the app.
    DeviceId,
    /// A brand.
    ProductId,
    /// A key message of a brand.
    MessageId,
    /// A call; also the id of its document.
    CallId,
    /// A follow-up; also the id of its document.
    FollowUpId,
    /// An amendment of a submitted call.
    AmendmentId,
    /// One grant or withdrawal of consent.
    ConsentEventId,
    /// One note of shared field knowledge.
    NoteId,
    /// An entry of the omnichannel activity log.
    ActivityId,
    /// A document of any kind.
    DocId,
}

/// Namespace of document ids that follow from what the document is about, so that two devices without a network
/// start the same document and not two.
const ABOUT: Uuid = Uuid::from_u128(0x6f4e_5c2a_9b1d_4e7a_8c33_52af_10d0_77e1);

impl DocId {
    /// The consent document of an HCP.
    #[must_use]
    pub fn consent_of(hcp: HcpId) -> Self {
        Self::about("consent", hcp)
    }

    /// The profile notes of an HCP on one side of the wall.
    #[must_use]
    pub fn profile_notes_of(hcp: HcpId, audience: Audience) -> Self {
        Self::about(
            match audience {
                Audience::Commercial => "profile-notes/commercial",
                Audience::Medical => "profile-notes/medical",
                Audience::All => "profile-notes/all",
            },
            hcp,
        )
    }

    fn about(kind: &str, hcp: HcpId) -> Self {
        Self(Uuid::new_v5(&ABOUT, format!("{kind}/{hcp}").as_bytes()))
    }
}

impl From<CallId> for DocId {
    fn from(id: CallId) -> Self {
        Self(id.0)
    }
}

impl From<FollowUpId> for DocId {
    fn from(id: FollowUpId) -> Self {
        Self(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_about_one_person_have_distinct_and_stable_ids() {
        let hcp = HcpId(Uuid::from_u128(7));
        assert_eq!(DocId::consent_of(hcp), DocId::consent_of(hcp));
        let [commercial, medical] =
            [Audience::Commercial, Audience::Medical].map(|side| DocId::profile_notes_of(hcp, side));
        assert_ne!(DocId::consent_of(hcp), commercial);
        assert_ne!(commercial, medical);
    }

    #[test]
    fn an_id_shows_only_characters_that_crm_keys_accept() {
        let shown = CallId(Uuid::from_u128(u128::MAX)).to_string();
        assert!(shown.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    }
}
