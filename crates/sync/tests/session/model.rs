//! What a device must do, said without its steps: which effect is open, whether somebody wants something, how often it
//! failed in a row, and until when it sleeps. An event that nothing waits for changes nothing.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

const IDLE: i64 = 60_000;
const FIRST: i64 = 2_000;
const LONGEST: i64 = 300_000;

/// Something that happens to the session.
#[derive(Debug, Clone)]
pub enum Happens {
    /// Somebody wants a sync.
    Wanted,
    /// So many milliseconds pass.
    Passes(i64),
    /// What waits was loaded; the number tells it apart.
    Loaded(u8),
    /// An answer came; perhaps once more, or to nothing.
    Answered(u8, bool),
    /// The answer was applied, and changes wait.
    Applied(bool),
    /// No answer; the server said when to come back.
    Failed(Option<i64>),
    /// Nobody is signed in.
    Halted,
}

/// What the session was told to do and has not heard back from.
#[derive(Debug, Clone, Copy)]
pub enum Open {
    Load,
    Send,
    Apply { more: bool },
}

/// What the session must answer to the last event.
#[derive(Debug, Clone, Copy)]
pub enum Must {
    Load,
    /// This request, or this answer, and no other.
    Send(u8),
    Apply(u8),
    /// Until an instant between these two.
    Sleep(i64, i64),
    Nothing,
}

/// The model.
#[derive(Debug, Clone)]
pub struct Model {
    pub now: i64,
    pub open: Option<Open>,
    /// Asleep until an instant between these two.
    sleeps: Option<(i64, i64)>,
    /// Somebody wants something, and nothing was loaded since.
    wish: bool,
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

    fn applied(mut self, go_on: bool) -> Self {
        self.failures = 0;
        if go_on || self.wish { self.begins() } else { self.sleeps(IDLE, IDLE) }
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
        let (now, failures) = (0, 0);
        Just(Self { now, open: None, sleeps: None, wish: false, failures, must: Must::Nothing }).boxed()
    }

    /// Mostly what is waited for, and anything else at any time.
    fn transitions(model: &Self) -> BoxedStrategy<Happens> {
        let expected = match model.open {
            None => prop_oneof![Just(Happens::Wanted), Just(Happens::Passes(LONGEST))].boxed(),
            Some(Open::Load) => any::<u8>().prop_map(Happens::Loaded).boxed(),
            Some(Open::Send) => any::<(u8, bool)>().prop_map(|(n, more)| Happens::Answered(n, more)).boxed(),
            Some(Open::Apply { .. }) => any::<bool>().prop_map(Happens::Applied).boxed(),
        };
        let anything = prop_oneof![
            Just(Happens::Wanted),
            (0..LONGEST).prop_map(Happens::Passes),
            any::<u8>().prop_map(Happens::Loaded),
            any::<(u8, bool)>().prop_map(|(n, more)| Happens::Answered(n, more)),
            any::<bool>().prop_map(Happens::Applied),
            proptest::option::of(0..2 * LONGEST).prop_map(Happens::Failed),
            Just(Happens::Halted),
        ];
        prop_oneof![2 => expected, 1 => anything].boxed()
    }

    fn apply(model: Self, happens: &Happens) -> Self {
        match (model.open, happens) {
            (_, Happens::Halted) => {
                Self { open: None, sleeps: None, wish: false, failures: 0, ..model }.stays()
            }
            (None, Happens::Wanted) => model.begins(),
            (Some(_), Happens::Wanted) => Self { wish: true, ..model }.stays(),
            (_, Happens::Failed(asked)) => model.fails(*asked),
            (_, Happens::Passes(time)) => model.passes(*time),
            (Some(Open::Load), Happens::Loaded(n)) => model.goes_on(Open::Send, Must::Send(*n)),
            (Some(Open::Send), Happens::Answered(n, more)) => {
                model.goes_on(Open::Apply { more: *more }, Must::Apply(*n))
            }
            (Some(Open::Apply { more }), Happens::Applied(waiting)) => model.applied(more || *waiting),
            _ => model.stays(),
        }
    }
}
