//! Follow-ups.

use chrono::NaiveDate;
use domain::ids::{CallId, FollowUpId, HcpId};
use serde::{Deserialize, Serialize};

/// What is promised and not done.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct GetFollowUps {}

/// It is done.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct CompleteFollowUp {
    /// Which.
    pub follow_up: FollowUpId,
}

/// A follow-up in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FollowUpCard {
    /// Which.
    pub follow_up: FollowUpId,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due: NaiveDate,
    /// About whom.
    pub hcp: Option<HcpId>,
    /// Name of that HCP; may be empty.
    pub hcp_name: String,
    /// From which call.
    pub call: Option<CallId>,
    /// Name of the owner, when not the user.
    pub colleague: Option<String>,
}

/// Open follow-ups by due date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpList {
    /// The earliest first.
    pub open: Vec<FollowUpCard>,
}
