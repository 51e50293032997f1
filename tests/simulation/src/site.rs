//! The server: the real one with its real store, on a disk that fails, without a listener. What it acknowledged is
//! written down here, outside of it.

use crate::machine::Machine;
use anyhow::{Context, Result};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use document::ChangeHash;
use domain::ids::DocId;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_server::store::Store;
use sync_server::{Chance, Clock, Config, Core};
use testkit::TurnedClock;
use tower::ServiceExt;

/// An answer is read up to here.
const LONGEST: usize = 32 * 1024 * 1024;

/// The server. Clones are the same one.
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
}

struct Inner {
    machine: Machine,
    clock: TurnedClock,
    seed: u64,
    lives: AtomicU64,
    core: Mutex<Option<Core>>,
    acknowledged: Mutex<BTreeSet<(DocId, ChangeHash)>>,
}

/// What the server answers.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Vec<u8>,
}

impl Site {
    /// A new server with the company in it.
    pub async fn founded(clock: TurnedClock, seed: u64) -> Result<Self> {
        let (machine, lives, core) = (Machine::new()?, AtomicU64::new(0), Mutex::new(None));
        let site = Self {
            inner: Arc::new(Inner { machine, clock, seed, lives, core, acknowledged: Mutex::default() }),
        };
        site.start().await?;
        world::found(site.store()?.as_ref()).await?;
        Ok(site)
    }

    /// Its machine.
    pub fn machine(&self) -> &Machine {
        &self.inner.machine
    }

    /// It does not serve.
    pub fn is_down(&self) -> bool {
        self.machine().disk.is_dead() || self.core().is_none()
    }

    /// The power comes back, and it starts on what survived. Fails when the power goes again meanwhile.
    pub async fn start(&self) -> Result<()> {
        if let Some(core) = self.core().take() {
            core.kill();
        }
        self.machine().disk.restart();
        let life = self.inner.lives.fetch_add(1, Ordering::SeqCst);
        let config = Config {
            data: self.machine().folder().to_owned(),
            passwords: world::CHEAP,
            limits: world::unpaced(),
            ..Config::default()
        };
        let clock = self.inner.clock.clone();
        let chance = Chance::seeded(self.inner.seed.wrapping_mul(1_000).wrapping_add(life));
        let core = sync_server::assemble(config, Clock::new(move || clock.now()), chance).await?;
        *self.core() = Some(core);
        Ok(())
    }

    /// What it keeps.
    pub fn store(&self) -> Result<Arc<dyn Store>> {
        self.core().as_ref().map(|core| Arc::clone(&core.store)).context("the server is down")
    }

    /// Asks it. None when nobody answers: it is down, or goes down before it has answered well.
    pub async fn ask(&self, request: Request<Body>) -> Option<Answer> {
        if self.is_down() {
            return None;
        }
        let router = self.core().as_ref()?.router.clone();
        let Ok(response) = router.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, LONGEST).await.ok()?.to_vec();
        // A machine without power says nothing; what it has said before is on its way.
        let said = parts.status.is_success() || !self.is_down();
        said.then_some(Answer { status: parts.status, body })
    }

    /// The server said that it has these.
    pub fn acknowledge(&self, changes: impl IntoIterator<Item = (DocId, ChangeHash)>) {
        self.acknowledged().extend(changes);
    }

    /// Every change that it ever said it has.
    pub fn acknowledged(&self) -> MutexGuard<'_, BTreeSet<(DocId, ChangeHash)>> {
        self.inner.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn core(&self) -> MutexGuard<'_, Option<Core>> {
        self.inner.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
