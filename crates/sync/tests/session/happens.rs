//! What happens to a session: mostly what is waited for, and anything else at any time; and the words for what it must
//! do.

use crate::model::LONGEST;
use proptest::prelude::*;

/// What the session was told to do and has not heard back from.
#[derive(Debug, Clone, Copy)]
pub enum Open {
    Load,
    Send,
    Apply { more: bool, pieces: bool },
    Fetch,
}

/// What the session must answer to the last event.
#[derive(Debug, Clone, Copy)]
pub enum Must {
    Load,
    /// This request, or this answer, and no other.
    Send(u8),
    Apply(u8),
    Fetch,
    /// Until an instant between these two.
    Sleep(i64, i64),
    Nothing,
}

/// Something that happens to the session.
#[derive(Debug, Clone)]
pub enum Happens {
    /// Somebody wants a sync.
    Wanted,
    /// The server says that there is news.
    Poked,
    /// News would be said from now on, or not any more.
    Listening(bool),
    /// So many milliseconds pass.
    Passes(i64),
    /// What waits was loaded; the number tells it apart.
    Loaded(u8),
    /// An answer came; perhaps once more, or to nothing. There is more, and there are pieces of a first copy.
    Answered(u8, bool, bool),
    /// The answer was applied, and changes wait.
    Applied(bool),
    /// A piece was fetched and applied; there are more of them, and changes wait.
    Fetched { more: bool, waiting: bool },
    /// No answer; the server said when to come back.
    Failed(Option<i64>),
    /// Nobody is signed in.
    Halted,
}

/// What may happen next.
pub fn next(open: Option<Open>) -> BoxedStrategy<Happens> {
    let expected = match open {
        None => prop_oneof![Just(Happens::Wanted), Just(Happens::Passes(LONGEST))].boxed(),
        Some(Open::Load) => any::<u8>().prop_map(Happens::Loaded).boxed(),
        Some(Open::Send) => answers().boxed(),
        Some(Open::Apply { .. }) => any::<bool>().prop_map(Happens::Applied).boxed(),
        Some(Open::Fetch) => pieces().boxed(),
    };
    let anything = prop_oneof![
        Just(Happens::Wanted),
        Just(Happens::Poked),
        any::<bool>().prop_map(Happens::Listening),
        (0..LONGEST).prop_map(Happens::Passes),
        any::<u8>().prop_map(Happens::Loaded),
        answers(),
        pieces(),
        any::<bool>().prop_map(Happens::Applied),
        proptest::option::of(0..2 * LONGEST).prop_map(Happens::Failed),
        Just(Happens::Halted),
    ];
    prop_oneof![2 => expected, 1 => anything].boxed()
}

fn answers() -> impl Strategy<Value = Happens> {
    any::<(u8, bool, bool)>().prop_map(|(n, more, pieces)| Happens::Answered(n, more, pieces))
}

fn pieces() -> impl Strategy<Value = Happens> {
    any::<(bool, bool)>().prop_map(|(more, waiting)| Happens::Fetched { more, waiting })
}
