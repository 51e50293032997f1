//! The server's only wall clock. Everything else takes a [`Clock`] or an instant.

use domain::Instant;
use std::sync::Arc;

/// Tells the time, to the millisecond: that is what is kept.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this file owns the wall clock")]
    pub fn of_machine() -> Self {
        Self::new(|| std::time::SystemTime::now().into())
    }

    /// A clock that somebody else turns.
    pub fn new(tell: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        let now = (self.0)();
        Instant::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}
