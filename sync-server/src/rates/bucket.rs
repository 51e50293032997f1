//! One limit: so many a minute for each key, all at once if one likes. A bounded number of keys is remembered; when
//! more come, those that are not known share one allowance, and those that are known keep theirs.

use crate::clock::Clock;
use crate::problem::Refusal;
use chrono::TimeDelta;
use domain::Instant;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter, clock};
use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Keys that are remembered, about 10 MB of them.
const REMEMBERED: usize = 100_000;
/// How often those are forgotten who have come back to their whole allowance.
const SWEEP: Duration = Duration::from_secs(60);

type Limiter<K> = RateLimiter<K, Remembered<K>, Passing, NoOpMiddleware<Duration>>;

/// A limit with its keys; none when nothing is limited.
pub struct Buckets<K: Hash + Eq + Clone> {
    name: &'static str,
    passing: Passing,
    limiter: Option<Limiter<K>>,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// So many a minute; 0 limits nothing.
    pub fn new(name: &'static str, a_minute: u32, clock: &Clock) -> Self {
        Self::remembering(REMEMBERED, (name, a_minute), clock)
    }

    fn remembering(most: usize, (name, a_minute): (&'static str, u32), clock: &Clock) -> Self {
        let passing = Passing::by(clock);
        let limiter = NonZeroU32::new(a_minute).map(|a_minute| {
            let state = Remembered { most, passing: passing.clone(), keys: Mutex::default() };
            RateLimiter::new(Quota::per_minute(a_minute), state, passing.clone())
        });
        Self { name, passing, limiter }
    }

    /// Takes one from the key's allowance, or says when there is one again.
    pub fn take(&self, key: &K) -> Result<(), Refusal> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(key).map_err(|not_until| {
            metrics::counter!("rounds_rate_limited_total", "limit" => self.name).increment(1);
            let wait = not_until.wait_time_from(clock::Clock::now(&self.passing));
            // Whole seconds, and never one too early.
            Refusal::too_often(wait.as_secs() + 1)
        })
    }
}

/// Time that has passed by the server's clock. A clock that is set back makes it stand for a moment, not for years.
#[derive(Clone)]
struct Passing {
    clock: Clock,
    state: Arc<Mutex<(Instant, Duration)>>,
}

impl Passing {
    fn by(clock: &Clock) -> Self {
        Self { state: Arc::new(Mutex::new((clock.now(), Duration::ZERO))), clock: clock.clone() }
    }
}

impl clock::Clock for Passing {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let passed: TimeDelta = now - state.0;
        *state = (now, state.1 + passed.to_std().unwrap_or_default());
        state.1
    }
}

/// Who has used how much: the limiter's own numbers by key.
struct Remembered<K> {
    most: usize,
    passing: Passing,
    keys: Mutex<Keys<K>>,
}

struct Keys<K> {
    known: HashMap<K, Nanos>,
    others: Option<Nanos>,
    swept: Duration,
}

impl<K> Default for Keys<K> {
    fn default() -> Self {
        Self { known: HashMap::new(), others: None, swept: Duration::ZERO }
    }
}

impl<K: Hash + Eq + Clone> Keys<K> {
    /// Forgets who would be met like a stranger.
    fn sweep(&mut self, now: Duration) {
        if now >= self.swept + SWEEP {
            self.known.retain(|_, used| Duration::from(*used) > now);
            self.known.shrink_to(self.known.len() * 2);
            self.swept = now;
        }
    }
}

impl<K: Hash + Eq + Clone> StateStore for Remembered<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let now = clock::Clock::now(&self.passing);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.sweep(now);
        if keys.known.len() >= self.most && !keys.known.contains_key(key) {
            let (answer, used) = measure(keys.others)?;
            keys.others = Some(used);
            return Ok(answer);
        }
        let (answer, used) = measure(keys.known.get(key).copied())?;
        keys.known.insert(key.clone(), used);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// A limit of 6 a minute with room for two keys, and its clock in seconds.
    fn six() -> (Buckets<u8>, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(1_000_000));
        let told = Arc::clone(&seconds);
        let now = move || Instant::from_timestamp(told.load(Ordering::SeqCst), 0).unwrap();
        (Buckets::remembering(2, ("test", 6), &Clock::new(now)), seconds)
    }

    fn taken(buckets: &Buckets<u8>, key: u8) -> usize {
        (0..20).take_while(|_| buckets.take(&key).is_ok()).count()
    }

    #[test]
    fn one_may_use_a_minute_at_once_and_then_gets_it_back_bit_by_bit() {
        let (buckets, seconds) = six();
        assert_eq!([taken(&buckets, 1), taken(&buckets, 2)], [6, 6]);
        assert_eq!(buckets.take(&1), Err(Refusal::too_often(11)));
        seconds.fetch_add(11, Ordering::SeqCst);
        assert_eq!(taken(&buckets, 1), 1);
        seconds.fetch_add(60, Ordering::SeqCst);
        assert_eq!(taken(&buckets, 1), 6);
    }

    #[test]
    fn who_is_told_when_to_come_back_is_served_then() {
        let (buckets, seconds) = six();
        taken(&buckets, 1);
        for _ in 0..50 {
            seconds.fetch_add(11, Ordering::SeqCst);
            assert!(taken(&buckets, 1) >= 1);
            assert!(buckets.take(&1).is_err());
        }
    }

    #[test]
    fn strangers_beyond_what_is_remembered_share_one_allowance_and_leave_others_theirs() {
        let (buckets, seconds) = six();
        assert!(buckets.take(&1).is_ok() && buckets.take(&2).is_ok());
        assert_eq!((3..100).filter(|key| buckets.take(key).is_ok()).count(), 6);
        assert_eq!(taken(&buckets, 1), 5);
        seconds.fetch_add(120, Ordering::SeqCst);
        assert_eq!(taken(&buckets, 3), 6, "those who came before are forgotten");
    }

    #[test]
    fn a_clock_that_is_set_back_by_years_locks_nobody_out() {
        let (buckets, seconds) = six();
        taken(&buckets, 1);
        seconds.fetch_sub(300_000_000, Ordering::SeqCst);
        assert!(buckets.take(&1).is_err());
        seconds.fetch_add(60, Ordering::SeqCst);
        assert_eq!(taken(&buckets, 1), 6);
    }

    #[test]
    fn a_limit_of_none_limits_nothing() {
        let (_, seconds) = six();
        let clock = Clock::new(move || Instant::from_timestamp(seconds.load(Ordering::SeqCst), 0).unwrap());
        assert_eq!(taken(&Buckets::new("test", 0, &clock), 1), 20);
    }
}
