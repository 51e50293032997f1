//! What went wrong, in the words of the published figures.

use std::fmt;

/// A kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ill {
    /// Something that was called saved, or acknowledged, is not there; or an effect is missing or doubled.
    Lost,
    /// Faults stopped, and somebody is not done.
    Stalled,
    /// Those who may see a document do not see the same.
    Diverged,
    /// Something is where it may not be.
    Leaked,
}

/// A failure.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Its kind.
    pub ill: Ill,
    /// What, for who looks into it.
    pub what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.ill, self.what)
    }
}
