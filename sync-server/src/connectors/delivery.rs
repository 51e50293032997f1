//! The runner that drains the outbox: in order per key, at least once, several keys at a time. A key whose
//! receiver fails waits alone. Clock and chance are arguments; who calls [`Delivery::run_due`] decides how often.

use super::events;
use super::outbox::{Entry, Outbox, Settlement};
use super::schedule::{Failure, Schedule};
use super::webhook::{Outcome, Webhook};
use crate::store::StoreError;
use chrono::TimeDelta;
use domain::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// How a run is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Deliveries under way at once.
    pub concurrency: usize,
    /// Attempts in one run, so that `now` never grows stale.
    pub batch: usize,
    /// How long a claim holds. Must be longer than `batch / concurrency` timeouts of the webhook, or a slow run
    /// sends twice.
    pub lease: TimeDelta,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { concurrency: 8, batch: 64, lease: TimeDelta::minutes(10) }
    }
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries that the receiver took.
    pub delivered: u64,
    /// Entries that wait for another attempt.
    pub retried: u64,
    /// Entries that became dead letters.
    pub dead: u64,
    /// The run ended because its batch was full: more may be due.
    pub more: bool,
}

/// Entries that one run forgets: what piled up goes bit by bit, and no merge waits long for the writer.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// Chance: uniform over all of `u32`.
pub type Chance = Box<dyn Fn() -> u32 + Send + Sync>;

/// How a receiver is fed.
pub struct Feed {
    /// Names this installation in events: a URI reference.
    pub source: String,
    /// Where events go.
    pub webhook: Webhook,
    /// When to try again.
    pub schedule: Schedule,
    /// How much at once.
    pub bounds: Bounds,
    /// How long delivered entries are kept.
    pub keep: TimeDelta,
    /// For the jitter of waits.
    pub chance: Chance,
}

/// Drains an outbox into a receiver. Cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    outbox: Arc<dyn Outbox>,
    feed: Arc<Feed>,
}

/// What one worker still may do, shared by all workers of a run.
struct Run {
    now: Instant,
    left: AtomicUsize,
}

impl Delivery {
    /// Joins an outbox and a receiver.
    pub fn new(outbox: Arc<dyn Outbox>, feed: Feed) -> Self {
        Self { outbox, feed: Arc::new(feed) }
    }

    /// Attempts what is due at `now`, forgets what was delivered long ago, and reports the backlog to the metrics.
    /// When storage fails, claims that are under way lapse with their lease and their entries are sent again.
    pub async fn run_due(&self, now: Instant) -> Result<Summary, StoreError> {
        let run = Arc::new(Run { now, left: AtomicUsize::new(self.feed.bounds.batch) });
        let mut workers = JoinSet::new();
        for _ in 0..self.feed.bounds.concurrency.max(1) {
            workers.spawn(self.clone().work(Arc::clone(&run)));
        }
        let mut total = Summary::default();
        while let Some(worker) = workers.join_next().await {
            total.add(worker.map_err(|panic| StoreError::Failed(panic.to_string()))??);
        }
        self.outbox.forget_delivered(now - self.feed.keep, FORGOTTEN_AT_ONCE).await?;
        self.report(total, now).await?;
        Ok(total)
    }

    async fn work(self, run: Arc<Run>) -> Result<Summary, StoreError> {
        let mut done = Summary::default();
        while run.take_turn() {
            let Some(entry) = self.outbox.claim(run.now, run.now + self.feed.bounds.lease).await? else {
                return Ok(done);
            };
            let settlement = self.attempt(&entry, run.now).await;
            done.count(&settlement);
            self.outbox.settle(entry.claim(), settlement, run.now).await?;
        }
        done.more = true;
        Ok(done)
    }

    async fn attempt(&self, entry: &Entry, now: Instant) -> Settlement {
        let outcome = match events::event(entry, &self.feed.source) {
            Ok(event) => self.feed.webhook.deliver(&event, now).await,
            Err(error) => Outcome::Dead { reason: error.to_string() },
        };
        let settlement = self.settle(entry.attempts, outcome, now);
        trace(entry, &settlement);
        settlement
    }

    fn settle(&self, attempts: u32, outcome: Outcome, now: Instant) -> Settlement {
        match outcome {
            Outcome::Delivered => Settlement::Delivered,
            Outcome::Dead { reason } => Settlement::Dead { error: reason },
            Outcome::Retry { fault, after, reason } => {
                let failure = Failure { attempts, fault, retry_after: after };
                match self.feed.schedule.next(failure, now, (self.feed.chance)()) {
                    Some(at) => Settlement::Retry { at, error: reason },
                    None => {
                        Settlement::Dead { error: format!("given up after {attempts} attempts: {reason}") }
                    }
                }
            }
        }
    }

    async fn report(&self, total: Summary, now: Instant) -> Result<(), StoreError> {
        metrics::counter!("rounds_connector_delivered_total").increment(total.delivered);
        metrics::counter!("rounds_connector_retried_total").increment(total.retried);
        metrics::counter!("rounds_connector_dead_total").increment(total.dead);
        let backlog = self.outbox.backlog().await?;
        let lag = backlog.oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
        metrics::gauge!("rounds_connector_lag_seconds").set(gauge(u64::try_from(lag).unwrap_or_default()));
        metrics::gauge!("rounds_connector_waiting").set(gauge(backlog.waiting));
        metrics::gauge!("rounds_connector_dead_letters").set(gauge(backlog.dead));
        Ok(())
    }
}

/// A gauge's number; beyond 2^32 it stays there.
fn gauge(value: u64) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}

/// No content in logs: ids and outcomes only.
fn trace(entry: &Entry, settlement: &Settlement) {
    let (event, attempt) = (entry.new.event_id, entry.attempts);
    match settlement {
        Settlement::Delivered => tracing::debug!(%event, attempt, "event delivered"),
        Settlement::Retry { at, error } => tracing::warn!(%event, attempt, %at, error, "delivery failed"),
        Settlement::Dead { error } => tracing::error!(%event, attempt, error, "event became a dead letter"),
    }
}

impl Run {
    fn take_turn(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

impl Summary {
    fn count(&mut self, settlement: &Settlement) {
        match settlement {
            Settlement::Delivered => self.delivered += 1,
            Settlement::Retry { .. } => self.retried += 1,
            Settlement::Dead { .. } => self.dead += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.retried += other.retried;
        self.dead += other.dead;
        self.more |= other.more;
    }
}
