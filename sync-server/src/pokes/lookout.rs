//! The lookout: asks the database how far the logs have come that somebody here listens to, at once when something is
//! said to have grown and every now and then without a word, and ends streams whose time is over.

use super::Grown;
use super::nats::Nats;
use super::streams::Streams;
use crate::clock::Clock;
use crate::store::{Store, StoreError};
use chrono::TimeDelta;
use domain::Instant;
use std::sync::Arc;
use std::time::Duration;
use sync::ScopeId;
use tokio::task::JoinHandle;
use tokio::time::{Instant as Tick, sleep, timeout};

/// What happens in such a moment is one poke, and who did it has read it by then.
const MOMENT: Duration = Duration::from_millis(200);
/// How often the time is looked at.
const ROUND: Duration = Duration::from_secs(1);
/// The pause between looks without a word while servers tell each other: for what was lost on the way, and for commands
/// that write beside the servers.
const RARELY: Duration = Duration::from_secs(30);
/// How often accounts and sessions are asked about.
const ASK: TimeDelta = TimeDelta::seconds(30);

/// What it works with.
pub struct Lookout {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Clock,
    /// Who listens.
    pub streams: Arc<Streams>,
    /// What is said.
    pub grown: Arc<Grown>,
    /// The way to the other servers, if there is one.
    pub nats: Option<Nats>,
    /// The pause between looks when nobody says anything.
    pub pause: Duration,
}

impl Lookout {
    /// Goes on until it is aborted.
    #[must_use]
    pub fn start(self) -> JoinHandle<()> {
        tokio::spawn(async move { self.watch().await })
    }

    async fn watch(self) {
        let (mut looked, mut asked) = (Tick::now(), self.clock.now());
        let mut told = false;
        loop {
            if let Ok(said) = timeout(ROUND, self.grown.here()).await {
                sleep(MOMENT).await;
                self.look_among(self.streams.followed_among(&said)).await;
            }
            // What was said while this server could not hear it is found by a look.
            let hears_again = !std::mem::replace(&mut told, self.is_told()) && told;
            if hears_again || looked.elapsed() >= self.pause(told) {
                looked = Tick::now();
                self.look_among(self.streams.scopes()).await;
            }
            let now = self.clock.now();
            self.streams.end_due(now);
            if is_over(asked, now) {
                asked = now;
                self.ask().await;
            }
        }
    }

    /// The servers hear each other.
    fn is_told(&self) -> bool {
        self.nats.as_ref().is_some_and(Nats::is_connected)
    }

    /// Servers that hear each other look more rarely.
    fn pause(&self, told: bool) -> Duration {
        if told { self.pause.max(RARELY) } else { self.pause }
    }

    async fn look_among(&self, scopes: Vec<ScopeId>) {
        if scopes.is_empty() {
            return;
        }
        match self.store.heads(scopes).await {
            Ok(heads) => self.streams.looked(&heads),
            // The next look finds it.
            Err(error) => cannot(&error),
        }
    }

    async fn ask(&self) {
        let sessions = self.streams.sessions();
        if sessions.is_empty() {
            return;
        }
        match self.store.live_among(sessions.clone()).await {
            Ok(live) => self.streams.asked(&sessions, &live),
            Err(error) => cannot(&error),
        }
    }
}

/// A clock that was set back must not make it wait.
fn is_over(since: Instant, now: Instant) -> bool {
    now < since || now >= since + ASK
}

fn cannot(error: &StoreError) {
    tracing::debug!(%error, "the logs cannot be looked at now");
}
