//! The kinds of effects, their names in the log, and as which event they leave for other systems.

use crate::connectors::events::EventType;

/// What a change of a document means to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A call was submitted.
    CallSubmitted,
    /// A submitted call was amended.
    CallAmended,
    /// Work that was done before a submission was seen was merged after it.
    CallMerged,
    /// An HCP granted consent.
    ConsentGranted,
    /// An HCP withdrew consent.
    ConsentWithdrawn,
}

impl Effect {
    /// Its name in the log. Ids are made from it: it never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CallSubmitted => "call.submitted",
            Self::CallAmended => "call.amended",
            Self::CallMerged => "call.merged",
            Self::ConsentGranted => "consent.granted",
            Self::ConsentWithdrawn => "consent.withdrawn",
        }
    }

    /// As which event it leaves. To a receiver a merge after the submission is a change of what was submitted.
    #[must_use]
    pub fn event(self) -> EventType {
        match self {
            Self::CallSubmitted => EventType::CallSubmitted,
            Self::CallAmended | Self::CallMerged => EventType::CallAmended,
            Self::ConsentGranted | Self::ConsentWithdrawn => EventType::ConsentChanged,
        }
    }
}
