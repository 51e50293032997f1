//! Follow-ups: what someone promised to do, by when.

use crate::Instant;
use crate::ids::{CallId, FollowUpId, HcpId, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a follow-up stands. Done wins over every other edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FollowUpState {
    /// Still to do.
    Open,
    /// Done.
    Done {
        /// When, by the device's clock.
        at: Instant,
        /// By whom.
        by: UserId,
    },
}

/// A promise with a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its id; also its document's.
    pub id: FollowUpId,
    /// Whose it is.
    pub owner: UserId,
    /// About whom.
    pub hcp: Option<HcpId>,
    /// From which call it came.
    pub call: Option<CallId>,
    /// What is to be done.
    pub text: String,
    /// By when, in the place's calendar.
    pub due: NaiveDate,
    /// Where it stands.
    pub state: FollowUpState,
}
