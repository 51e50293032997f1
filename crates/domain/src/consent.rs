//! Consent of an HCP to be contacted: an append-only set of events per HCP, and the state that follows from it.
//! The state never depends on a clock: a withdrawal beats every grant that had not seen it.

use crate::Instant;
use crate::ids::{ConsentEventId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A channel for which consent is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentChannel {
    /// Email.
    Email,
    /// Text message.
    Sms,
    /// Telephone.
    Phone,
    /// Video meeting.
    Remote,
    /// Letter.
    Post,
}

impl ConsentChannel {
    /// Every channel, in the order in which screens show them.
    pub const ALL: [Self; 5] = [Self::Email, Self::Remote, Self::Phone, Self::Sms, Self::Post];
}

/// What the HCP said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAct {
    /// Yes.
    Granted,
    /// No, or no more.
    Withdrawn,
}

/// How the company came to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentEvidence {
    /// Signed on the device.
    Signature,
    /// Said to a colleague.
    Spoken,
    /// Given on a web page.
    WebForm,
    /// Taken over from another system.
    Import,
}

/// One grant or withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// Its id.
    pub id: ConsentEventId,
    /// For which channel.
    pub channel: ConsentChannel,
    /// Yes or no.
    pub act: ConsentAct,
    /// How it is known.
    pub evidence: ConsentEvidence,
    /// Who captured it.
    pub captured_by: UserId,
    /// When, by the device's clock. Shown, never used to decide.
    pub at: Instant,
    /// Until when a grant lasts; none for as long as not withdrawn.
    pub until: Option<Instant>,
    /// The events of this channel that the one who captured it could see.
    pub seen: BTreeSet<ConsentEventId>,
}

/// Whether a channel may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ConsentState {
    /// Nobody ever asked.
    Unknown,
    /// Yes.
    Granted {
        /// Since when, by the capturing device's clock.
        since: Instant,
        /// Until when, if it ends.
        until: Option<Instant>,
    },
    /// It was yes and has lapsed.
    Expired {
        /// Since when.
        since: Instant,
    },
    /// No.
    Withdrawn {
        /// Since when, by the capturing device's clock.
        since: Instant,
    },
}

/// The state of one channel. `events` may come in any order and more than once.
#[must_use]
pub fn state_of(events: &[ConsentEvent], channel: ConsentChannel, now: Instant) -> ConsentState {
    let of_channel = || events.iter().filter(|e| e.channel == channel);
    let withdrawals = || of_channel().filter(|e| e.act == ConsentAct::Withdrawn);
    let has_seen_every_withdrawal = |grant: &ConsentEvent| withdrawals().all(|w| grant.seen.contains(&w.id));
    let standing = of_channel()
        .filter(|e| e.act == ConsentAct::Granted && has_seen_every_withdrawal(e))
        .max_by_key(|e| (e.until.is_none(), e.until, e.id));
    match (standing, withdrawals().max_by_key(|w| (w.at, w.id))) {
        (Some(grant), _) => granted(grant, now),
        (None, Some(withdrawal)) => ConsentState::Withdrawn { since: withdrawal.at },
        (None, None) => ConsentState::Unknown,
    }
}

fn granted(grant: &ConsentEvent, now: Instant) -> ConsentState {
    match grant.until {
        Some(until) if until <= now => ConsentState::Expired { since: until },
        until => ConsentState::Granted { since: grant.at, until },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(minutes: i64) -> Instant {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn event(id: u128, act: ConsentAct, seen: &[u128]) -> ConsentEvent {
        ConsentEvent {
            id: ConsentEventId(Uuid::from_u128(id)),
            channel: ConsentChannel::Email,
            act,
            evidence: ConsentEvidence::Spoken,
            captured_by: UserId(Uuid::nil()),
            at: at(i64::try_from(id).unwrap_or_default()),
            until: None,
            seen: seen.iter().map(|id| ConsentEventId(Uuid::from_u128(*id))).collect(),
        }
    }

    fn email(events: &[ConsentEvent]) -> ConsentState {
        state_of(events, ConsentChannel::Email, at(1_000))
    }

    #[test]
    fn nobody_asked_is_unknown() {
        assert_eq!(email(&[]), ConsentState::Unknown);
    }

    #[test]
    fn a_withdrawal_beats_a_grant_that_had_not_seen_it() {
        let withdrawn = [event(1, ConsentAct::Withdrawn, &[]), event(2, ConsentAct::Granted, &[])];
        assert_eq!(email(&withdrawn), ConsentState::Withdrawn { since: at(1) });
    }

    #[test]
    fn a_grant_after_the_withdrawal_counts() {
        let granted = [event(1, ConsentAct::Withdrawn, &[]), event(2, ConsentAct::Granted, &[1])];
        assert_eq!(email(&granted), ConsentState::Granted { since: at(2), until: None });
    }

    #[test]
    fn a_grant_lapses() {
        let mut grant = event(1, ConsentAct::Granted, &[]);
        grant.until = Some(at(900));
        assert_eq!(email(&[grant]), ConsentState::Expired { since: at(900) });
    }

    proptest! {
        #[test]
        fn order_and_doubling_of_events_do_not_matter(
            acts in prop::collection::vec((any::<bool>(), prop::collection::vec(0_u128..8, 0..4)), 1..8),
            shuffle in any::<prop::sample::Index>(),
        ) {
            let events: Vec<_> = acts.iter().enumerate().map(|(id, (grant, seen))| {
                let act = if *grant { ConsentAct::Granted } else { ConsentAct::Withdrawn };
                event(id as u128, act, seen)
            }).collect();
            let mut other = events.clone();
            other.rotate_left(shuffle.index(events.len()));
            other.extend(events.clone());
            prop_assert_eq!(email(&events), email(&other));
        }
    }
}
