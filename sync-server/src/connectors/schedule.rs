//! When to try again, and when to give up. Pure: the clock and chance are arguments.
//! Source of the waits: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (full jitter).

use chrono::TimeDelta;
use domain::Instant;

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The receiver is away or overloaded: patience helps.
    Outage,
    /// The receiver refuses us, as after a wrong address or secret: an operator may put it right.
    Refusal,
}

/// The policy of one connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Longest wait after the first failure; doubles with each further one.
    pub base: TimeDelta,
    /// No wait of our own is longer.
    pub cap: TimeDelta,
    /// A receiver that asks for a longer wait waits this long.
    pub longest_retry_after: TimeDelta,
    /// Attempts before an outage makes a dead letter.
    pub outage_attempts: u32,
    /// Attempts before a refusal makes a dead letter.
    pub refusal_attempts: u32,
}

impl Default for Schedule {
    /// Two seconds, doubled up to ten minutes: an outage is sat out for about three days, a refusal for two
    /// hours, measured in average waits.
    fn default() -> Self {
        Self {
            base: TimeDelta::seconds(2),
            cap: TimeDelta::minutes(10),
            longest_retry_after: TimeDelta::hours(24),
            outage_attempts: 900,
            refusal_attempts: 32,
        }
    }
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Attempts so far, this one included; at least 1.
    pub attempts: u32,
    /// What kind.
    pub fault: Fault,
    /// The wait that the receiver asked for.
    pub retry_after: Option<TimeDelta>,
}

impl Schedule {
    /// When to try again; none to give up. `chance` is uniform over all of `u32`.
    #[must_use]
    pub fn next(&self, failure: Failure, now: Instant, chance: u32) -> Option<Instant> {
        let limit = match failure.fault {
            Fault::Outage => self.outage_attempts,
            Fault::Refusal => self.refusal_attempts,
        };
        (failure.attempts < limit).then(|| now + self.wait(failure, chance))
    }

    /// Chance decides between nothing and the ceiling, so that many keys that failed at once do not come back
    /// at once. What the receiver asked for comes on top, for the same reason.
    fn wait(&self, failure: Failure, chance: u32) -> TimeDelta {
        let asked =
            failure.retry_after.unwrap_or_default().clamp(TimeDelta::zero(), self.longest_retry_after);
        let ceiling = self.ceiling(failure.attempts).num_milliseconds();
        let jitter = i128::from(ceiling) * i128::from(chance) / i128::from(u32::MAX);
        asked + TimeDelta::milliseconds(i64::try_from(jitter).unwrap_or(ceiling))
    }

    fn ceiling(&self, attempts: u32) -> TimeDelta {
        let doublings = attempts.saturating_sub(1).min(30);
        self.base.checked_mul(1 << doublings).map_or(self.cap, |wait| wait.min(self.cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failed(attempts: u32) -> Failure {
        Failure { attempts, fault: Fault::Outage, retry_after: None }
    }

    fn wait(failure: Failure, chance: u32) -> TimeDelta {
        let now = Instant::UNIX_EPOCH;
        Schedule::default().next(failure, now, chance).unwrap() - now
    }

    #[test]
    fn ceilings_double_up_to_the_cap() {
        let seconds = |attempts| wait(failed(attempts), u32::MAX).num_seconds();
        assert_eq!([1, 2, 3, 4, 9, 10, 11, 800].map(seconds), [2, 4, 8, 16, 512, 600, 600, 600]);
    }

    #[test]
    fn a_refusal_is_given_up_sooner_than_an_outage() {
        let (schedule, now) = (Schedule::default(), Instant::UNIX_EPOCH);
        let refused = Failure { fault: Fault::Refusal, ..failed(32) };
        assert_eq!(schedule.next(refused, now, 0), None);
        assert!(schedule.next(failed(32), now, 0).is_some());
        assert_eq!(schedule.next(failed(900), now, 0), None);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_negative_and_never_above_its_ceiling(attempts in 1_u32..900, chance in any::<u32>()) {
            let wait = wait(failed(attempts), chance);
            prop_assert!(wait >= TimeDelta::zero());
            prop_assert!(wait <= Schedule::default().ceiling(attempts));
        }

        #[test]
        fn more_chance_is_more_wait(attempts in 1_u32..900, a in any::<u32>(), b in any::<u32>()) {
            prop_assert!(wait(failed(attempts), a.min(b)) <= wait(failed(attempts), a.max(b)));
        }

        #[test]
        fn the_receiver_is_given_the_time_that_it_asked_for(
            attempts in 1_u32..900, chance in any::<u32>(), seconds in -10_i64..200_000,
        ) {
            let asked = TimeDelta::seconds(seconds);
            let wait = wait(Failure { retry_after: Some(asked), ..failed(attempts) }, chance);
            let longest = Schedule::default().longest_retry_after;
            prop_assert!(wait >= asked.min(longest));
            prop_assert!(wait <= asked.clamp(TimeDelta::zero(), longest) + Schedule::default().cap);
        }
    }
}
