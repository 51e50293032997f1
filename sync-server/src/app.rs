//! What every request has at hand.

use crate::auth::{Attempts, Passwords};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::pokes::Streams;
use crate::rates::Rates;
use crate::store::Store;
use crate::sync::Quarantine;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore};

/// The server's parts. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// The settings.
    pub config: Arc<Config>,
    /// Hashing.
    pub passwords: Arc<Passwords>,
    /// Failed sign-ins.
    pub attempts: Arc<Attempts>,
    /// How often somebody may come.
    pub rates: Arc<Rates>,
    /// Who listens for news.
    pub streams: Arc<Streams>,
    /// Turns of those who sync.
    pub syncs: Arc<Semaphore>,
    /// Documents that cannot be opened.
    pub quarantine: Arc<Quarantine>,
    /// Tells that something was merged, which may have left something for other systems.
    pub merged: Arc<Notify>,
    /// The figures.
    pub figures: PrometheusHandle,
}
