//! Times of many repetitions, and what can be said of them.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Times in the order in which they were taken.
#[derive(Debug, Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Takes one more time.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Does something, and takes the time.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let done = work();
        self.push(begin.elapsed());
        done
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds that so many of a hundred do not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> Result<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        let time = sorted.get(rank - 1).context("nothing was measured")?;
        Ok(milliseconds(*time))
    }

    /// `p50 1.20 ms, p99 2.31 ms, worst 8.02 ms of 600`.
    pub fn summary(&self) -> Result<String> {
        let [p50, p99, worst] = [50, 99, 100].map(|percent| self.percentile(percent));
        let (p50, p99, worst) = (p50?, p99?, worst?);
        Ok(format!("p50 {p50:.2} ms, p99 {p99:.2} ms, worst {worst:.2} ms of {}", self.count()))
    }
}

/// A time in milliseconds.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let mut samples = Samples::default();
        assert!(samples.percentile(50).is_err());
        (1..=200).rev().for_each(|ms| samples.push(Duration::from_millis(ms)));
        assert_eq!([50, 99, 100].map(|p| samples.percentile(p).unwrap()), [100.0, 198.0, 200.0]);
    }
}
