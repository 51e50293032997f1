//! What is wrong with a call, and what is worth a look.

use chrono::TimeDelta;
use domain::Instant;
use domain::calls::{Call, CallContent, CallState, Channel};
use domain::consent::{ConsentChannel, ConsentState};

/// A call counts as logged in time when it is submitted at most so long after its end.
pub const LOGGED_WITHIN: TimeDelta = TimeDelta::hours(48);

/// Why a call cannot be submitted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocker {
    /// Nobody attended.
    NoAttendee,
    /// It ends before it begins.
    TimeInvalid,
    /// It has not begun.
    NotYetBegun,
    /// The side-effect question was not answered.
    SideEffectUnanswered,
}

/// Something worth a look. Never stops anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Submitted, or still open, more than 48 hours after its end.
    LoggedLate,
    /// An attendee withdrew consent to the channel of the call.
    ConsentWithdrawn,
    /// Nobody knows whether an attendee consents to the channel of the call.
    ConsentUnknown,
}

impl Finding {
    /// The code as it stands in the locale files under `finding.<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LoggedLate => "logged_late",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::ConsentUnknown => "consent_unknown",
        }
    }

    /// A person should think twice.
    #[must_use]
    pub fn warns(self) -> bool {
        matches!(self, Self::ConsentWithdrawn)
    }
}

/// Whether a call may be submitted now.
pub fn may_submit(content: &CallContent, now: Instant) -> Result<(), Blocker> {
    if content.attendees.is_empty() {
        return Err(Blocker::NoAttendee);
    }
    if content.ends_at < content.starts_at {
        return Err(Blocker::TimeInvalid);
    }
    if content.starts_at > now {
        return Err(Blocker::NotYetBegun);
    }
    content.side_effect.map(drop).ok_or(Blocker::SideEffectUnanswered)
}

/// What is worth a look. `consent` has the attendees' states for the channel that [`consent_needed`] names.
#[must_use]
pub fn findings(call: &Call, consent: &[ConsentState], now: Instant) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(late(call, now).then_some(Finding::LoggedLate));
    let withdrawn = consent.iter().any(|state| matches!(state, ConsentState::Withdrawn { .. }));
    let unknown = consent.iter().any(|s| matches!(s, ConsentState::Unknown | ConsentState::Expired { .. }));
    found.extend(withdrawn.then_some(Finding::ConsentWithdrawn));
    found.extend((unknown && !withdrawn).then_some(Finding::ConsentUnknown));
    found
}

/// For which channel of consent a call asks; none for meeting in person.
#[must_use]
pub fn consent_needed(channel: Channel) -> Option<ConsentChannel> {
    match channel {
        Channel::Phone => Some(ConsentChannel::Phone),
        Channel::Email => Some(ConsentChannel::Email),
        Channel::Remote => Some(ConsentChannel::Remote),
        Channel::InPerson | Channel::Event => None,
    }
}

/// By the device's time of submission; a call that is open counts from now. One that is to come is never late.
fn late(call: &Call, now: Instant) -> bool {
    let logged_at = match &call.state {
        CallState::Submitted { at, .. } => *at,
        CallState::Planned | CallState::InProgress { .. } => now,
        CallState::Cancelled { .. } => return false,
    };
    logged_at - call.current().ends_at > LOGGED_WITHIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::calls::{CallEdit, SideEffect};
    use domain::ids::{CallId, HcpId, UserId};
    use domain::people::Audience;
    use uuid::Uuid;

    fn hour(hour: i64) -> Instant {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn content() -> CallContent {
        let mut content = CallContent::planned(Channel::Phone, hour(9), hour(10));
        content.apply(&CallEdit::AddAttendee(HcpId(Uuid::nil())));
        content.apply(&CallEdit::SideEffect(Some(SideEffect::NoneMentioned)));
        content
    }

    fn call(state: CallState) -> Call {
        Call {
            id: CallId(Uuid::nil()),
            owner: UserId(Uuid::nil()),
            audience: Audience::Commercial,
            state,
            content: content(),
            amendments: Vec::new(),
        }
    }

    fn submitted(at: i64) -> Call {
        call(CallState::Submitted { at: hour(at), by: UserId(Uuid::nil()) })
    }

    #[test]
    fn a_call_is_submitted_when_somebody_came_it_began_and_safety_was_asked() {
        let without = |edit: fn(&mut CallContent)| {
            let mut content = content();
            edit(&mut content);
            may_submit(&content, hour(11))
        };
        assert_eq!(without(|_| ()), Ok(()));
        assert_eq!(without(|c| c.attendees.clear()), Err(Blocker::NoAttendee));
        assert_eq!(without(|c| c.ends_at = hour(8)), Err(Blocker::TimeInvalid));
        assert_eq!(without(|c| c.side_effect = None), Err(Blocker::SideEffectUnanswered));
        assert_eq!(may_submit(&content(), hour(8)), Err(Blocker::NotYetBegun));
    }

    #[test]
    fn forty_eight_hours_count_from_the_end_to_the_submission() {
        assert_eq!(findings(&submitted(10 + 48), &[], hour(900)), []);
        assert_eq!(findings(&submitted(10 + 49), &[], hour(900)), [Finding::LoggedLate]);
        assert_eq!(findings(&call(CallState::Planned), &[], hour(12)), []);
        assert_eq!(findings(&call(CallState::Planned), &[], hour(60)), [Finding::LoggedLate]);
    }

    #[test]
    fn a_withdrawal_of_one_attendee_weighs_more_than_the_silence_of_another() {
        let states = [ConsentState::Unknown, ConsentState::Withdrawn { since: hour(1) }];
        assert_eq!(findings(&submitted(11), &states, hour(11)), [Finding::ConsentWithdrawn]);
        assert_eq!(findings(&submitted(11), &states[..1], hour(11)), [Finding::ConsentUnknown]);
    }
}
