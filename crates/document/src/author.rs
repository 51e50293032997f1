//! Who writes a change, with what and when.

use domain::Instant;
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The writing hand of one installation: random, never used by two installations nor after a restore.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(pub [u8; 16]);

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Actor({self})")
    }
}

/// The author of a change. The user and the time are written into the change, under its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// With which hand.
    pub actor: Actor,
    /// Who.
    pub user: UserId,
    /// When, by the device's clock.
    pub now: Instant,
}
