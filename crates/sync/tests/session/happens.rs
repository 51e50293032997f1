//! What happens to a session: mostly what is waited for, and anything else at any time.

use crate::model::{LONGEST, Open};
use proptest::prelude::*;

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
    /// An answer came; perhaps once more, or to nothing.
    Answered(u8, bool),
    /// The answer was applied, and changes wait.
    Applied(bool),
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
        Some(Open::Send) => any::<(u8, bool)>().prop_map(|(n, more)| Happens::Answered(n, more)).boxed(),
        Some(Open::Apply { .. }) => any::<bool>().prop_map(Happens::Applied).boxed(),
    };
    let anything = prop_oneof![
        Just(Happens::Wanted),
        Just(Happens::Poked),
        any::<bool>().prop_map(Happens::Listening),
        (0..LONGEST).prop_map(Happens::Passes),
        any::<u8>().prop_map(Happens::Loaded),
        any::<(u8, bool)>().prop_map(|(n, more)| Happens::Answered(n, more)),
        any::<bool>().prop_map(Happens::Applied),
        proptest::option::of(0..2 * LONGEST).prop_map(Happens::Failed),
        Just(Happens::Halted),
    ];
    prop_oneof![2 => expected, 1 => anything].boxed()
}
