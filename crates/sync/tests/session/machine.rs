//! The session beside its model: after every event, what it does is what it must do.

use crate::config;
use crate::happens::{Happens, Must};
use crate::model::Model;
use crate::words::{answer, answered, at, manifest, request};
use chrono::TimeDelta;
use domain::Instant;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use sync::session::{Effect, Event, Session};
use sync::wire::v1::{MAX_ITEM_BYTES, MAX_ITEMS, Response};

const HISTORIES: u32 = 100_000;

prop_state_machine! {
    #![proptest_config(config(HISTORIES))]

    #[test]
    fn whatever_happens_the_session_does_what_it_must(sequential 1..24 => Beside);
}

/// A session, and until when it said that it sleeps.
struct Beside {
    session: Session,
    sleeps: Option<Instant>,
    luck: u64,
}

impl Beside {
    /// Some share of one, other each time and the same in every run.
    fn chance(&mut self) -> f64 {
        self.luck = self.luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.luck >> 33) as f64 / (1_u64 << 31) as f64
    }

    fn event(happens: &Happens) -> Event {
        match happens {
            Happens::Wanted => Event::Wanted,
            Happens::Poked => Event::Poked,
            Happens::Listening(listening) => Event::Listening(*listening),
            Happens::Passes(_) => Event::Tick,
            Happens::Loaded(n) => Event::Loaded(request(*n, &[])),
            Happens::Answered(n, more, pieces) => {
                let segments = if *pieces { vec![manifest()] } else { Vec::new() };
                answered(Response { segments, ..answer(*n, *more) })
            }
            Happens::Fetched { more, waiting } => Event::Fetched { more: *more, waiting: *waiting },
            Happens::Applied(waiting) => Event::Applied { waiting: *waiting },
            Happens::Failed(asked) => Event::Failed { retry_after: asked.map(TimeDelta::milliseconds) },
            Happens::Halted => Event::Halted,
        }
    }
}

impl StateMachineTest for Beside {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        Self { session: Session::default(), sleeps: None, luck: 1 }
    }

    fn apply(mut state: Self, model: &Model, happens: Happens) -> Self {
        let chance = state.chance();
        // A pause that chance has made shorter is over for the session, and perhaps not yet for the model.
        let early = matches!(happens, Happens::Passes(_))
            && state.sleeps.is_some_and(|until| until <= at(model.now))
            && matches!(model.must, Must::Sleep(..));
        if early {
            return state;
        }
        let effect = state.session.handle(Beside::event(&happens), at(model.now), chance);
        match (&effect, model.must) {
            (Effect::Load { items, bytes }, Must::Load) => {
                assert_eq!((*items, *bytes), (MAX_ITEMS, MAX_ITEM_BYTES));
            }
            (Effect::Send(sent), Must::Send(n)) => assert_eq!(*sent, request(n, &[])),
            (Effect::Apply(response), Must::Apply(n)) => assert_eq!(response.cursor, [n]),
            (Effect::Sleep(until), Must::Sleep(from, to)) => {
                assert!((at(from)..=at(to)).contains(until), "sleeps until {until}, not within its bounds");
            }
            (Effect::Fetch, Must::Fetch) | (Effect::Rest, Must::Nothing) => {}
            (effect, must) => panic!("it must {must:?}, and does {effect:?}"),
        }
        state.sleeps = if let Effect::Sleep(until) = effect { Some(until) } else { None };
        state
    }

    fn check_invariants(state: &Self, model: &<Model as ReferenceStateMachine>::State) {
        assert_eq!(state.session.is_running(), model.open.is_some(), "one exchange at a time");
    }
}
