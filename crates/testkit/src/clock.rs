//! A clock that a test turns.

use chrono::{DateTime, TimeDelta};
use domain::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970; clones show the same time.
#[derive(Debug, Clone)]
pub struct TurnedClock(Arc<AtomicI64>);

impl Default for TurnedClock {
    /// Monday 23 November 2026, 12:00 UTC.
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(1_795_435_200_000)))
    }
}

impl TurnedClock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.0.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }
}
