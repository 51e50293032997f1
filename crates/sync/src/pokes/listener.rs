//! Whether to listen for pokes, and when to try again: what happened goes in, what to do comes out.
//!
//! A stream that cannot be had is no failure: without one the device asks every minute. So nobody hurries here, and
//! when a server that had many listeners comes back, they come back one by one.

use chrono::TimeDelta;
use domain::Instant;

/// After the first failure one waits up to so long, after each further one up to twice as long.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);
/// A stream that lasted for so long was a good one: somebody on the way may cut what is older, and that is no failure.
const GOOD: TimeDelta = TimeDelta::minutes(1);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody is signed in, in a session that is good, and nothing forbids to listen. Maybe it is another session.
    Allowed,
    /// There is nobody to listen for, or it was forbidden: switched off, locked, in the background.
    Forbidden,
    /// The instant of [`Effect::Wait`] has come.
    Due,
    /// The stream of [`Effect::Open`] says that it lives.
    Opened,
    /// There is no stream, or not any more.
    Ended {
        /// When the server said to come back.
        retry_after: Option<TimeDelta>,
    },
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Let go of any stream, open a new one, and send [`Event::Opened`] when it lives.
    Open,
    /// Listen on.
    Listen,
    /// Nothing until this instant, unless something happens.
    Wait(Instant),
    /// Let go of any stream; nothing until it is allowed.
    Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Resting,
    Waiting(Instant),
    Opening,
    Listening { since: Instant },
}

/// One device's ear.
#[derive(Debug)]
pub struct Listener {
    step: Step,
    failures: u32,
}

impl Default for Listener {
    fn default() -> Self {
        Self { step: Step::Resting, failures: 0 }
    }
}

impl Listener {
    /// Takes an event and says what to do. `chance` is uniform in 0..1 and spreads devices apart.
    pub fn handle(&mut self, event: Event, now: Instant, chance: f64) -> Effect {
        match (self.step, event) {
            (_, Event::Forbidden) => self.rest(),
            (Step::Resting | Step::Opening | Step::Listening { .. }, Event::Allowed)
            | (Step::Waiting(_), Event::Due) => self.open(),
            (Step::Opening, Event::Opened) => self.listen(now),
            (Step::Opening, Event::Ended { retry_after }) => self.wait(retry_after, now, chance),
            (Step::Listening { since }, Event::Ended { retry_after }) => {
                if now - since >= GOOD {
                    self.failures = 0;
                }
                self.wait(retry_after, now, chance)
            }
            _ => self.again(),
        }
    }

    fn open(&mut self) -> Effect {
        self.step = Step::Opening;
        Effect::Open
    }

    fn listen(&mut self, since: Instant) -> Effect {
        self.step = Step::Listening { since };
        Effect::Listen
    }

    fn rest(&mut self) -> Effect {
        *self = Self::default();
        Effect::Rest
    }

    /// Any moment of the wait is as good as any other, so that those who were cut off together do not come together.
    fn wait(&mut self, retry_after: Option<TimeDelta>, now: Instant, chance: f64) -> Effect {
        let longest = (FIRST_WAIT * 2_i32.pow(self.failures.min(5))).min(LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        let until = now + retry_after.unwrap_or_default().min(LONGEST_WAIT) + part(longest, chance);
        self.step = Step::Waiting(until);
        Effect::Wait(until)
    }

    /// Nothing changes: an event that the present step does not expect.
    fn again(&self) -> Effect {
        match self.step {
            Step::Resting => Effect::Rest,
            Step::Waiting(until) => Effect::Wait(until),
            Step::Opening | Step::Listening { .. } => Effect::Listen,
        }
    }
}

/// A part of a time, by chance.
pub(crate) fn part(of: TimeDelta, chance: f64) -> TimeDelta {
    #[allow(clippy::cast_possible_truncation, reason = "at most five minutes in milliseconds")]
    TimeDelta::milliseconds((of.num_milliseconds() as f64 * chance.clamp(0.0, 1.0)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Instant = Instant::UNIX_EPOCH;
    const CUT: Event = Event::Ended { retry_after: None };

    fn listening() -> Listener {
        let mut listener = Listener::default();
        assert_eq!(listener.handle(Event::Allowed, START, 0.5), Effect::Open);
        assert_eq!(listener.handle(Event::Opened, START, 0.5), Effect::Listen);
        listener
    }

    /// Seconds until the next attempt.
    fn waits(effect: Effect, now: Instant) -> i64 {
        match effect {
            Effect::Wait(until) => (until - now).num_seconds(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_had_is_tried_more_and_more_rarely() {
        let mut listener = Listener::default();
        listener.handle(Event::Allowed, START, 1.0);
        let waited = [(); 8].map(|()| {
            let waited = waits(listener.handle(CUT, START, 1.0), START);
            assert_eq!(listener.handle(Event::Due, START, 1.0), Effect::Open);
            waited
        });
        assert_eq!(waited, [10, 20, 40, 80, 160, 300, 300, 300]);
    }

    #[test]
    fn a_proxy_that_cuts_at_once_is_a_failure_and_one_that_cuts_after_a_while_is_none() {
        let mut listener = listening();
        for wait in [10, 20, 40] {
            assert_eq!(waits(listener.handle(CUT, START, 1.0), START), wait);
            listener.handle(Event::Due, START, 1.0);
            listener.handle(Event::Opened, START, 1.0);
        }
        let later = START + GOOD;
        assert_eq!(waits(listener.handle(CUT, later, 1.0), later), 10);
    }

    #[test]
    fn ten_thousand_who_are_cut_off_together_come_back_one_by_one() {
        let mut seconds = [0_u32; 10];
        for number in 0..10_000 {
            // Every fraction once, in any order: what devices draw, without chance.
            let chance = f64::from(number) / 10_000.0;
            let wait = waits(listening().handle(CUT, START + GOOD, chance), START + GOOD);
            seconds[usize::try_from(wait).unwrap()] += 1;
        }
        assert!(seconds.iter().all(|come| *come <= 1_000), "{seconds:?}");
    }

    #[test]
    fn nobody_comes_before_the_server_wants_them_and_nobody_stays_away_for_good() {
        let mut listener = listening();
        let told = |seconds| Event::Ended { retry_after: Some(TimeDelta::seconds(seconds)) };
        assert_eq!(waits(listener.handle(told(60), START, 0.0), START), 60);
        listener.handle(Event::Due, START, 0.0);
        assert!(waits(listener.handle(told(9_000_000), START, 1.0), START) <= 600);
    }

    #[test]
    fn nobody_listens_who_must_not() {
        let mut listener = listening();
        assert_eq!(listener.handle(Event::Forbidden, START, 0.5), Effect::Rest);
        for event in [Event::Due, Event::Opened, CUT] {
            assert_eq!(listener.handle(event, START, 0.5), Effect::Rest);
        }
        assert_eq!(listener.handle(Event::Allowed, START, 0.5), Effect::Open);
    }

    #[test]
    fn another_session_is_another_stream() {
        assert_eq!(listening().handle(Event::Allowed, START, 0.5), Effect::Open);
    }

    proptest! {
        #[test]
        fn whatever_happens_who_may_listen_will(steps in prop::collection::vec(0_u8..5, 0..40)) {
            let mut listener = Listener::default();
            for step in steps {
                let event = [Event::Allowed, Event::Forbidden, Event::Due, Event::Opened, CUT][usize::from(step)];
                listener.handle(event, START, 0.3);
            }
            let mut effect = listener.handle(Event::Allowed, START, 0.3);
            if let Effect::Wait(until) = effect {
                prop_assert!(until <= START + LONGEST_WAIT);
                effect = listener.handle(Event::Due, until, 0.3);
            }
            prop_assert_eq!(effect, Effect::Open);
        }
    }
}
