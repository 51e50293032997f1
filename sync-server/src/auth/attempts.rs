//! Failed sign-ins, counted in memory per login name and address.

use chrono::TimeDelta;
use domain::Instant;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// Names and addresses that are remembered; an attacker cannot make the server remember more.
const REMEMBERED: usize = 100_000;

type Who = (String, IpAddr);

struct Failures {
    count: u32,
    since: Instant,
}

/// Who failed how often.
pub struct Attempts {
    allowed: u32,
    failed: Mutex<HashMap<Who, Failures>>,
}

impl Attempts {
    /// With so many failures allowed in five minutes.
    #[must_use]
    pub fn new(allowed: u32) -> Self {
        Self { allowed, failed: Mutex::default() }
    }

    /// May try now, or the seconds to wait. Counts the attempt as failed until [`Attempts::succeeded`] says otherwise,
    /// so that attempts at the same time count too.
    pub fn begin(&self, who: &Who, now: Instant) -> Result<(), u64> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, failures| failures.since + WINDOW > now);
        if failed.len() >= REMEMBERED && !failed.contains_key(who) {
            return Err(seconds(WINDOW));
        }
        let failures = failed.entry(who.clone()).or_insert(Failures { count: 0, since: now });
        if failures.count >= self.allowed {
            return Err(seconds(failures.since + WINDOW - now));
        }
        failures.count += 1;
        Ok(())
    }

    /// Forgets the failures.
    pub fn succeeded(&self, who: &Who) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }
}

fn seconds(wait: TimeDelta) -> u64 {
    u64::try_from(wait.num_seconds()).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn minute(minute: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn too_many_failures_must_wait_and_a_success_forgets_them() {
        let attempts = Attempts::new(2);
        let anna = ("anna".to_owned(), IpAddr::from(Ipv4Addr::LOCALHOST));
        let other = ("anna".to_owned(), IpAddr::from(Ipv4Addr::BROADCAST));
        assert_eq!([attempts.begin(&anna, minute(0)), attempts.begin(&anna, minute(1))], [Ok(()), Ok(())]);
        assert_eq!(attempts.begin(&anna, minute(2)), Err(181));
        assert_eq!(attempts.begin(&other, minute(2)), Ok(()));
        assert_eq!(attempts.begin(&anna, minute(6)), Ok(()));
        attempts.succeeded(&anna);
        assert_eq!([attempts.begin(&anna, minute(6)), attempts.begin(&anna, minute(6))], [Ok(()), Ok(())]);
    }
}
