//! What a device must do, said without its steps: which effect is open, whether somebody wants something, how often it
//! failed in a row, and until when it sleeps. An event that nothing waits for changes nothing.

use crate::happens::{self, Happens, Must, Open};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

const IDLE: i64 = 60_000;
const IDLE_LISTENING: i64 = 300_000;
const A_LITTLE: i64 = 2_000;
const FIRST: i64 = 2_000;
pub const LONGEST: i64 = 300_000;

/// The model.
#[derive(Debug, Clone)]
pub struct Model {
    pub now: i64,
    pub open: Option<Open>,
    /// Asleep until an instant between these two.
    sleeps: Option<(i64, i64)>,
    /// Somebody wants something, and nothing was loaded since.
    wish: bool,
    /// There is news that no request under way brings.
    poked: bool,
    /// News would be said.
    listening: bool,
    failures: u32,
    pub must: Must,
}

impl Model {
    fn begins(mut self) -> Self {
        (self.open, self.sleeps, self.wish, self.must) = (Some(Open::Load), None, false, Must::Load);
        self
    }

    fn sleeps(mut self, from: i64, until: i64) -> Self {
        (self.open, self.sleeps) = (None, Some((self.now + from, self.now + until)));
        self.must = Must::Sleep(self.now + from, self.now + until);
        self
    }

    fn goes_on(mut self, open: Open, must: Must) -> Self {
        (self.open, self.must) = (Some(open), must);
        self
    }

    /// What was so stays so.
    fn stays(mut self) -> Self {
        self.must = self.sleeps.map_or(Must::Nothing, |(from, until)| Must::Sleep(from, until));
        self
    }

    /// Where pieces fail, what goes well between them does not count as well.
    fn applied(mut self, go_on: bool, pieces: bool) -> Self {
        self.failures = if pieces { self.failures } else { 0 };
        if go_on || self.wish {
            return self.begins();
        }
        if pieces {
            return self.goes_on(Open::Fetch, Must::Fetch);
        }
        match (std::mem::take(&mut self.poked), self.listening) {
            (true, _) => self.sleeps(0, A_LITTLE),
            (_, true) => self.sleeps(IDLE_LISTENING, IDLE_LISTENING),
            _ => self.sleeps(IDLE, IDLE),
        }
    }

    /// A sleep becomes no longer than this, unless a failure makes it.
    fn sooner(mut self, from: i64, until: i64) -> Self {
        let (from, until) = (self.now + from, self.now + until);
        let calm = self.failures == 0;
        self.sleeps = self.sleeps.map(|(f, u)| if calm { (f.min(from), u.min(until)) } else { (f, u) });
        self.stays()
    }

    /// News: with the next request, or a little later.
    fn news(self) -> Self {
        let poked = self.poked || self.open.is_some();
        Self { poked, ..self }.sooner(0, A_LITTLE)
    }

    /// Each failure in a row doubles the pause; chance takes up to half of it; what the server asks for is kept.
    fn fails(mut self, asked: Option<i64>) -> Self {
        let longest = LONGEST.min(FIRST << self.failures.min(8));
        self.failures += 1;
        let asked = asked.unwrap_or(0).min(LONGEST);
        self.sleeps(asked.max(longest / 2), asked.max(longest))
    }

    /// Between the two ends of a sleep chance decides: the model sleeps on.
    fn passes(mut self, time: i64) -> Self {
        self.now += time;
        let over = self.sleeps.is_some_and(|(_, until)| until <= self.now);
        if over { self.begins() } else { self.stays() }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Happens;

    fn init_state() -> BoxedStrategy<Self> {
        let (now, failures, must) = (0, 0, Must::Nothing);
        let (open, sleeps, wish, poked, listening) = (None, None, false, false, false);
        Just(Self { now, open, sleeps, wish, poked, listening, failures, must }).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Happens> {
        happens::next(model.open)
    }

    fn apply(model: Self, happens: &Happens) -> Self {
        match (model.open, happens) {
            (_, Happens::Halted) => {
                Self { open: None, sleeps: None, wish: false, poked: false, failures: 0, ..model }.stays()
            }
            (None, Happens::Wanted) => model.begins(),
            (Some(_), Happens::Wanted) => Self { wish: true, ..model }.stays(),
            (_, Happens::Poked) => model.news(),
            (_, Happens::Listening(true)) => Self { listening: true, ..model }.news(),
            (_, Happens::Listening(false)) => Self { listening: false, ..model }.sooner(IDLE / 2, IDLE),
            (_, Happens::Failed(asked)) => model.fails(*asked),
            (_, Happens::Passes(time)) => model.passes(*time),
            (Some(Open::Load), Happens::Loaded(n)) => {
                Self { poked: false, ..model }.goes_on(Open::Send, Must::Send(*n))
            }
            (Some(Open::Send), Happens::Answered(n, more, pieces)) => {
                model.goes_on(Open::Apply { more: *more, pieces: *pieces }, Must::Apply(*n))
            }
            (Some(Open::Apply { more, pieces }), Happens::Applied(waiting)) => {
                model.applied(more || *waiting, pieces)
            }
            (Some(Open::Fetch), Happens::Fetched { more, waiting }) => {
                let model = Self { failures: 0, ..model };
                let on = *more && !*waiting && !model.wish;
                if on { model.goes_on(Open::Fetch, Must::Fetch) } else { model.begins() }
            }
            _ => model.stays(),
        }
    }
}
