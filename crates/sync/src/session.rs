//! The device's side of the conversation, without IO: what happened goes in, what to do comes out.
//!
//! One exchange at a time. A page of news is applied before the next is asked for; what waits goes up with every
//! request; failures wait longer each time, with jitter; a lost answer costs a repetition and nothing else.

use crate::pokes::part;
use crate::wire::v1::{MAX_ITEM_BYTES, MAX_ITEMS, Request, Response};
use chrono::TimeDelta;
use domain::Instant;

/// How much news to ask for at once, in bytes.
pub const ROOM: u32 = 512 * 1024;

/// The pause between exchanges when nothing is known to be new, and nobody would say so.
const IDLE: TimeDelta = TimeDelta::seconds(60);
/// The same while somebody would.
const IDLE_LISTENING: TimeDelta = TimeDelta::minutes(5);
/// Devices that hear of news at the same moment come within such a time.
const A_LITTLE: TimeDelta = TimeDelta::seconds(2);
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(2);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Somebody wants a sync: a change was saved, the network is back, the user asked.
    Wanted,
    /// The server says that there is news.
    Poked,
    /// Pokes can be heard from now on, or not any more.
    Listening(bool),
    /// Time passed; the instant is in the call.
    Tick,
    /// What waits was loaded, as asked for by [`Effect::Load`].
    Loaded(Request),
    /// The server answered.
    Answered(Box<Response>),
    /// The answer was applied, as asked for by [`Effect::Apply`].
    Applied {
        /// Changes that still wait and may be sent.
        waiting: bool,
    },
    /// The server could not be reached, or asked to wait.
    Failed {
        /// When the server said to come back.
        retry_after: Option<TimeDelta>,
    },
    /// The session has ended, or the network was switched off: stop until wanted again.
    Halted,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Load what waits, at most so much, and send a [`Event::Loaded`].
    Load {
        /// The most items.
        items: usize,
        /// The most bytes of changes.
        bytes: usize,
    },
    /// Send it to the server.
    Send(Request),
    /// Apply news, cursor and acknowledgements in one transaction.
    Apply(Box<Response>),
    /// Nothing to do until this instant, unless something happens.
    Sleep(Instant),
    /// Nothing to do until wanted.
    Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Resting,
    Sleeping(Instant),
    Loading,
    Sending,
    Applying { more: bool },
}

/// One device's conversation with its server.
#[derive(Debug)]
pub struct Session {
    step: Step,
    wanted: bool,
    poked: bool,
    listening: bool,
    failures: u32,
}

impl Default for Session {
    fn default() -> Self {
        Self { step: Step::Resting, wanted: false, poked: false, listening: false, failures: 0 }
    }
}

impl Session {
    /// Takes an event and says what to do. `chance` is uniform in 0..1 and spreads devices apart.
    pub fn handle(&mut self, event: Event, now: Instant, chance: f64) -> Effect {
        match (self.step, event) {
            (_, Event::Halted) => self.rest(),
            (Step::Resting | Step::Sleeping(_), Event::Wanted) => self.load(),
            (Step::Sleeping(until), Event::Tick) if until <= now => self.load(),
            (_, Event::Wanted) => self.remember(),
            (_, Event::Poked) => self.news(now, chance),
            (_, Event::Listening(listening)) => self.listens(listening, now, chance),
            (Step::Loading, Event::Loaded(request)) => self.send(request),
            (Step::Sending, Event::Answered(response)) => self.apply(response),
            (Step::Applying { more }, Event::Applied { waiting }) => {
                self.applied(more || waiting, now, chance)
            }
            (_, Event::Failed { retry_after }) => self.wait(retry_after, now, chance),
            _ => self.again(),
        }
    }

    /// An exchange is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.step, Step::Loading | Step::Sending | Step::Applying { .. })
    }

    fn load(&mut self) -> Effect {
        (self.step, self.wanted) = (Step::Loading, false);
        Effect::Load { items: MAX_ITEMS, bytes: MAX_ITEM_BYTES }
    }

    fn send(&mut self, request: Request) -> Effect {
        // What has happened by now comes with the answer.
        (self.step, self.poked) = (Step::Sending, false);
        Effect::Send(request)
    }

    fn apply(&mut self, response: Box<Response>) -> Effect {
        self.step = Step::Applying { more: response.more };
        Effect::Apply(response)
    }

    fn applied(&mut self, go_on: bool, now: Instant, chance: f64) -> Effect {
        self.failures = 0;
        if go_on || self.wanted {
            return self.load();
        }
        let poked = std::mem::take(&mut self.poked);
        let idle = if self.listening { IDLE_LISTENING } else { IDLE };
        self.sleep(now + if poked { part(A_LITTLE, chance) } else { idle })
    }

    /// News is fetched a little later, unless a failure makes one wait: then with the next attempt.
    fn news(&mut self, now: Instant, chance: f64) -> Effect {
        match self.step {
            Step::Sleeping(until) if self.failures == 0 => {
                self.sleep(until.min(now + part(A_LITTLE, chance)))
            }
            _ => {
                self.poked |= self.is_running();
                self.again()
            }
        }
    }

    /// What happened while nobody listened is news. When many stop listening at once, because the server went away, they
    /// do not ask at once.
    fn listens(&mut self, listening: bool, now: Instant, chance: f64) -> Effect {
        self.listening = listening;
        match self.step {
            _ if listening => self.news(now, chance),
            Step::Sleeping(until) if self.failures == 0 => {
                self.sleep(until.min(now + IDLE / 2 + part(IDLE / 2, chance)))
            }
            _ => self.again(),
        }
    }

    fn wait(&mut self, retry_after: Option<TimeDelta>, now: Instant, chance: f64) -> Effect {
        let longest = FIRST_WAIT * 2_i32.pow(self.failures.min(8));
        self.failures = self.failures.saturating_add(1);
        let jittered =
            longest.min(LONGEST_WAIT).num_milliseconds() as f64 * (0.5 + chance.clamp(0.0, 1.0) / 2.0);
        #[allow(clippy::cast_possible_truncation, reason = "at most five minutes in milliseconds")]
        let pause = TimeDelta::milliseconds(jittered as i64);
        self.sleep(now + pause.max(retry_after.unwrap_or_default().min(LONGEST_WAIT)))
    }

    fn sleep(&mut self, until: Instant) -> Effect {
        self.step = Step::Sleeping(until);
        Effect::Sleep(until)
    }

    fn rest(&mut self) -> Effect {
        (self.step, self.wanted, self.poked, self.failures) = (Step::Resting, false, false, 0);
        Effect::Rest
    }

    fn remember(&mut self) -> Effect {
        self.wanted = true;
        self.again()
    }

    /// Nothing changes: an event that the present step does not expect.
    fn again(&self) -> Effect {
        match self.step {
            Step::Sleeping(until) => Effect::Sleep(until),
            _ => Effect::Rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use document::Actor;
    use domain::ids::DeviceId;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: Instant = Instant::UNIX_EPOCH;

    fn request() -> Request {
        let device = DeviceId(Uuid::nil());
        Request {
            device,
            actor: Actor([0; 16]),
            cursor: None,
            items: Vec::new(),
            room: ROOM,
            left: Vec::new(),
        }
    }

    fn answer(more: bool) -> Event {
        let (cursor, at) = (Vec::new(), START);
        let lists = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (acks, news, sums, findings, orders) = lists;
        Event::Answered(Box::new(Response { acks, news, cursor, sums, findings, orders, more, at }))
    }

    fn exchange(session: &mut Session, more: bool, waiting: bool) -> Effect {
        assert!(matches!(session.handle(Event::Loaded(request()), START, 0.5), Effect::Send(_)));
        assert!(matches!(session.handle(answer(more), START, 0.5), Effect::Apply(_)));
        session.handle(Event::Applied { waiting }, START, 0.5)
    }

    #[test]
    fn goes_on_while_there_is_more_and_then_sleeps() {
        let mut session = Session::default();
        assert!(matches!(session.handle(Event::Wanted, START, 0.5), Effect::Load { .. }));
        assert!(matches!(exchange(&mut session, true, false), Effect::Load { .. }));
        assert!(matches!(exchange(&mut session, false, true), Effect::Load { .. }));
        assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
        assert!(matches!(session.handle(Event::Tick, START + IDLE, 0.5), Effect::Load { .. }));
    }

    #[test]
    fn a_wish_during_an_exchange_is_kept() {
        let mut session = Session::default();
        session.handle(Event::Wanted, START, 0.5);
        session.handle(Event::Wanted, START, 0.5);
        assert!(matches!(exchange(&mut session, false, false), Effect::Load { .. }));
    }

    #[test]
    fn failures_wait_longer_and_a_success_forgets_them() {
        let mut session = Session::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            session.handle(Event::Wanted, START, 1.0);
            match session.handle(Event::Failed { retry_after: None }, START, 1.0) {
                Effect::Sleep(until) => waits.push((until - START).num_seconds()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
        session.handle(Event::Wanted, START, 1.0);
        exchange(&mut session, false, false);
        assert_eq!(session.failures, 0);
    }

    /// A session that has exchanged everything and sleeps.
    fn idle() -> Session {
        let mut session = Session::default();
        session.handle(Event::Wanted, START, 0.5);
        exchange(&mut session, false, false);
        session
    }

    #[test]
    fn who_hears_of_news_waits_a_little_and_no_longer_for_hearing_it_again() {
        let mut session = idle();
        session.handle(Event::Listening(true), START, 0.5);
        let soon = START + A_LITTLE / 2;
        assert_eq!(session.handle(Event::Poked, START, 0.5), Effect::Sleep(soon));
        assert_eq!(session.handle(Event::Poked, START + A_LITTLE / 4, 0.9), Effect::Sleep(soon));
        assert!(matches!(session.handle(Event::Tick, soon, 0.5), Effect::Load { .. }));
        assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE_LISTENING));
    }

    #[test]
    fn news_during_an_exchange_leads_to_another_one_a_little_later() {
        let mut session = idle();
        session.handle(Event::Wanted, START, 0.5);
        session.handle(Event::Poked, START, 0.5);
        assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
        session.handle(Event::Wanted, START, 0.5);
        session.handle(Event::Loaded(request()), START, 0.5);
        session.handle(Event::Poked, START, 0.5);
        session.handle(answer(false), START, 0.5);
        let after = session.handle(Event::Applied { waiting: false }, START, 0.5);
        assert_eq!(after, Effect::Sleep(START + A_LITTLE / 2));
    }

    #[test]
    fn what_happened_while_nobody_listened_is_asked_for_and_who_is_cut_off_asks_every_minute() {
        let mut session = idle();
        assert_eq!(session.handle(Event::Listening(true), START, 1.0), Effect::Sleep(START + A_LITTLE));
        session.handle(Event::Wanted, START, 0.5);
        exchange(&mut session, false, false);
        assert_eq!(session.handle(Event::Listening(false), START, 0.0), Effect::Sleep(START + IDLE / 2));
        session.handle(Event::Wanted, START, 0.5);
        assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
    }

    #[test]
    fn news_hurries_nobody_whom_the_server_asked_to_wait() {
        let mut session = idle();
        session.handle(Event::Wanted, START, 0.5);
        let told = Event::Failed { retry_after: Some(TimeDelta::seconds(90)) };
        let until = Effect::Sleep(START + TimeDelta::seconds(90));
        assert_eq!(session.handle(told, START, 0.5), until);
        for event in [Event::Poked, Event::Listening(true), Event::Poked, Event::Listening(false)] {
            assert_eq!(session.handle(event, START, 0.0), until);
        }
    }

    #[test]
    fn nobody_who_rests_is_woken_by_news() {
        let mut session = idle();
        session.handle(Event::Halted, START, 0.5);
        assert_eq!(session.handle(Event::Poked, START, 0.5), Effect::Rest);
        assert_eq!(session.handle(Event::Listening(true), START, 0.5), Effect::Rest);
    }

    proptest! {
        #[test]
        fn whatever_happens_in_whatever_order_a_wish_leads_to_an_exchange(steps in prop::collection::vec(0_u8..10, 0..40)) {
            let mut session = Session::default();
            for step in steps {
                let event = match step {
                    0 => Event::Wanted,
                    1 => Event::Tick,
                    2 => Event::Loaded(request()),
                    3 => answer(step % 2 == 0),
                    4 => Event::Applied { waiting: false },
                    5 => Event::Failed { retry_after: None },
                    6 => Event::Poked,
                    7 => Event::Listening(true),
                    8 => Event::Listening(false),
                    _ => Event::Halted,
                };
                session.handle(event, START, 0.3);
            }
            session.handle(Event::Halted, START, 0.3);
            prop_assert!(matches!(session.handle(Event::Wanted, START, 0.3), Effect::Load { .. }), "no exchange begins");
        }
    }
}
