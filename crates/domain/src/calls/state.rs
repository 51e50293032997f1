//! Where a call stands, and which step leads where. What a call says belongs to `calls`.

use crate::Instant;
use crate::ids::UserId;
use serde::{Deserialize, Serialize};

/// Where a call stands. Each state owns its moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallState {
    /// Is to take place.
    Planned,
    /// Is being recorded.
    InProgress {
        /// When recording began.
        since: Instant,
    },
    /// Recorded and frozen: later edits are amendments.
    Submitted {
        /// When, by the device's clock.
        at: Instant,
        /// By whom.
        by: UserId,
    },
    /// Will not take place.
    Cancelled {
        /// When.
        at: Instant,
        /// By whom.
        by: UserId,
        /// Why.
        reason: String,
    },
}

/// A state change that the call's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransition {
    /// Submitted content is frozen.
    #[error("a submitted call is frozen; amend it instead")]
    Frozen,
    /// A cancelled call stays cancelled.
    #[error("a cancelled call takes no more changes")]
    Cancelled,
    /// Only submitted calls are amended.
    #[error("only a submitted call is amended; edit it instead")]
    NotSubmitted,
}

impl CallState {
    /// Content may still be edited in place.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Planned | Self::InProgress { .. })
    }

    /// Begins recording; a call in progress stays as it is.
    pub fn begin(self, now: Instant) -> Result<Self, InvalidTransition> {
        match self {
            Self::Planned => Ok(Self::InProgress { since: now }),
            Self::InProgress { .. } => Ok(self),
            closed => Err(closed.why_closed()),
        }
    }

    /// Freezes the content.
    pub fn submit(self, now: Instant, by: UserId) -> Result<Self, InvalidTransition> {
        if self.is_open() { Ok(Self::Submitted { at: now, by }) } else { Err(self.why_closed()) }
    }

    /// Gives the call up.
    pub fn cancel(self, now: Instant, by: UserId, reason: String) -> Result<Self, InvalidTransition> {
        if self.is_open() { Ok(Self::Cancelled { at: now, by, reason }) } else { Err(self.why_closed()) }
    }

    /// Content may be edited in place, or the reason why not.
    pub fn check_open(&self) -> Result<(), InvalidTransition> {
        if self.is_open() { Ok(()) } else { Err(self.why_closed()) }
    }

    /// Content may be amended, or the reason why not.
    pub fn check_amendable(&self) -> Result<(), InvalidTransition> {
        match self {
            Self::Submitted { .. } => Ok(()),
            Self::Cancelled { .. } => Err(InvalidTransition::Cancelled),
            Self::Planned | Self::InProgress { .. } => Err(InvalidTransition::NotSubmitted),
        }
    }

    fn why_closed(&self) -> InvalidTransition {
        match self {
            Self::Cancelled { .. } => InvalidTransition::Cancelled,
            _ => InvalidTransition::Frozen,
        }
    }
}
