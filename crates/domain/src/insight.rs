//! The omnichannel activity log: one line for everything that happened between the company and an HCP.

use crate::Instant;
use crate::ids::{ActivityId, HcpId, UserId};
use serde::{Deserialize, Serialize};

/// Through what an activity happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A call of the field team.
    Call,
    /// An email sent, opened or clicked.
    Email,
    /// A congress or meeting.
    Event,
    /// A visit to a web page.
    Web,
    /// A survey answer.
    Survey,
    /// A grant or withdrawal of consent.
    Consent,
    /// A contact with Medical, of which commercial sees only that it took place.
    Medical,
}

/// One line of the activity log as a device may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// With whom.
    pub hcp: HcpId,
    /// When it happened.
    pub at: Instant,
    /// Through what.
    pub kind: ActivityKind,
    /// One line: `Opened "Dosing in renal impairment"`.
    pub title: String,
    /// A second line, possibly empty.
    pub detail: String,
    /// Which colleague, if one.
    pub by: Option<UserId>,
}
