//! The device's side of the conversation, without IO: what happened goes in, what to do comes out.
//!
//! One exchange at a time. A page of news is applied before the next is asked for; what waits goes up with every
//! request; failures wait longer each time, with jitter; a lost answer costs a repetition and nothing else.

use crate::pokes::part;
use crate::wire::v1::{MAX_ITEM_BYTES, MAX_ITEMS, Request, Response};
use chrono::TimeDelta;
use domain::Instant;

/// How much news to ask for at once, in bytes: the most that the server gives. What a team writes in four weeks, about
/// 2,000 changes of 300 bytes and their places in the log, comes in one round trip so; compressed it is a fifth.
pub const ROOM: u32 = 2 * 1024 * 1024;

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
    /// A piece of a first copy was applied, or is not wanted any more, as asked for by [`Effect::Fetch`].
    Fetched {
        /// Pieces that are still to be fetched.
        more: bool,
        /// Changes that wait and may be sent.
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
    /// Fetch the next piece of a first copy, apply it, and send a [`Event::Fetched`].
    Fetch,
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
    Applying { more: bool, pieces: bool },
    Fetching,
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
            (Step::Applying { more, pieces }, Event::Applied { waiting }) => {
                self.applied(more || waiting, pieces, now, chance)
            }
            (Step::Fetching, Event::Fetched { more, waiting }) => self.fetched(more && !waiting),
            (_, Event::Failed { retry_after }) => self.wait(retry_after, now, chance),
            _ => self.again(),
        }
    }

    /// An exchange is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.step, Step::Loading | Step::Sending | Step::Applying { .. } | Step::Fetching)
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
        self.step = Step::Applying { more: response.more, pieces: !response.segments.is_empty() };
        Effect::Apply(response)
    }

    fn applied(&mut self, go_on: bool, pieces: bool, now: Instant, chance: f64) -> Effect {
        // An exchange that goes well between pieces that do not come must not make them be asked for without a pause.
        self.failures = if pieces { self.failures } else { 0 };
        if go_on || self.wanted {
            return self.load();
        }
        if pieces {
            return self.fetch();
        }
        let poked = std::mem::take(&mut self.poked);
        let idle = if self.listening { IDLE_LISTENING } else { IDLE };
        self.sleep(now + if poked { part(A_LITTLE, chance) } else { idle })
    }

    fn fetch(&mut self) -> Effect {
        self.step = Step::Fetching;
        Effect::Fetch
    }

    /// What waits to be sent goes up between two pieces; after the last one, the rest of the log is asked for.
    fn fetched(&mut self, go_on: bool) -> Effect {
        self.failures = 0;
        if go_on && !self.wanted { self.fetch() } else { self.load() }
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
mod tests;
