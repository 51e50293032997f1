//! The device's clock: the only place below the screens that asks the machine for the time.

use domain::Instant;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is where the device's time comes from")]
    fn now(&self) -> Instant {
        std::time::SystemTime::now().into()
    }
}
