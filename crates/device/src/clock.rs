//! The device's clock: the only place below the screens that asks the machine for the time.

use domain::Instant;
use std::future::Future;
use std::pin::Pin;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Instant;

    /// Answers when this instant has come. A clock that is set meanwhile makes no difference.
    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let pause = (at - self.now()).to_std().unwrap_or_default();
        Box::pin(tokio::time::sleep(pause))
    }
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
