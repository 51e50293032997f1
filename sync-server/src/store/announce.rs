//! Where a store says which scopes' logs grew, after the commit that did it. Nobody waits for anybody here: who hears
//! it takes note, and reads the logs when there is time.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use sync::ScopeId;

/// Who wants to know which logs grew.
pub trait Follower: Send + Sync {
    /// These did. Called after the commit by whoever has committed, so it must not wait.
    fn grew(&self, scopes: BTreeSet<ScopeId>);
}

/// A store's way to its follower. Clones are the same way.
#[derive(Clone, Default)]
pub struct Announcer(Arc<OnceLock<Arc<dyn Follower>>>);

impl Announcer {
    /// Tells this one from now on. A store has one follower; a second one is not heard of.
    pub fn tell(&self, follower: Arc<dyn Follower>) {
        if self.0.set(follower).is_err() {
            tracing::warn!("the store has a follower already");
        }
    }

    /// These scopes' logs grew.
    pub fn grew(&self, scopes: BTreeSet<ScopeId>) {
        if let Some(follower) = self.0.get().filter(|_| !scopes.is_empty()) {
            follower.grew(scopes);
        }
    }
}
