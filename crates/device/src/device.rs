//! The device: a store behind a lock, a way to the server, and whoever works with them.

use crate::desk::Desk;
use crate::opened::Recent;
use crate::refusal::OrRefuse;
use crate::settings;
use crate::sync::Ahead;
use crate::transport::Transport;
use crate::vault::{Door, Lock};
use crate::{Chance, Clock, Vault};
use contract::sync::Network;
use contract::{Code, Notice, Refusal};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Batch, Store};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Notify, broadcast};
use tokio::task::{block_in_place, spawn_blocking};

const FILE: &str = "rounds.db";
/// Notices that a slow listener may fall behind; one that falls behind more asks for everything anyway.
const NOTICES: usize = 64;

/// What a shell decides when it makes a device.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the store.
    pub data: PathBuf,
    /// Where the key comes from.
    pub vault: Vault,
    /// Offer people a switch to cut the device off.
    pub can_go_offline: bool,
}

/// A device. Clones are the same device.
#[derive(Clone)]
pub struct Device {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub options: Options,
    pub lock: Lock,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<Chance>,
    pub state: Mutex<State>,
    pub turn: Arc<Mutex<Recent>>,
    pub notices: broadcast::Sender<Notice>,
    pub wanted: Notify,
    /// Whether it is allowed to listen for pokes, and for whom, may be another answer now.
    pub turned: Notify,
    pub background: AtomicBool,
    pub offline: AtomicBool,
    pub running: AtomicBool,
    pub network: Mutex<Network>,
    pub failure: Mutex<Option<Refusal>>,
    pub session: tokio::sync::Mutex<sync::session::Session>,
    pub ahead: tokio::sync::Mutex<Ahead>,
}

/// Whether the store is open.
pub(crate) enum State {
    Closed,
    Locked { first: bool },
    Open(Arc<Store>),
}

impl Device {
    /// A device over a folder. Opens nothing yet.
    #[must_use]
    pub fn new(
        options: Options,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        chance: Chance,
    ) -> Self {
        let inner = Inner {
            lock: Lock::new(&options.data, options.vault.clone()),
            options,
            transport,
            clock,
            chance: Arc::new(chance),
            state: Mutex::new(State::Closed),
            turn: Arc::default(),
            notices: broadcast::channel(NOTICES).0,
            wanted: Notify::new(),
            turned: Notify::new(),
            background: AtomicBool::new(false),
            offline: AtomicBool::new(false),
            running: AtomicBool::new(false),
            network: Mutex::new(Network::Unreachable),
            failure: Mutex::default(),
            session: tokio::sync::Mutex::default(),
            ahead: tokio::sync::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// News for the screens, from now on.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.subscribe()
    }

    /// Reads at the desk, away from the threads that serve the network.
    pub(crate) async fn at_desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let device = self.clone();
        blocking(move || work(&device.desk()?)).await
    }

    /// Writes at the desk; what was written is told to the screens and sent when there is a network.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let written = self.at_desk(work).await?;
        self.tell(Notice::DataChanged);
        self.tell(Notice::SyncChanged);
        self.inner.wanted.notify_one();
        Ok(written)
    }

    /// The desk of the person who is signed in.
    pub(crate) fn desk(&self) -> Result<Desk, Refusal> {
        let store = self.store()?;
        let session = store.read(settings::session).or_refuse()?;
        let who = session.ok_or(Code::SignedOut)?.who;
        let inner = &self.inner;
        let (clock, chance, turn) = (inner.clock.clone(), inner.chance.clone(), inner.turn.clone());
        Ok(Desk { store, who, clock, chance, turn })
    }

    /// The open store. Opens it when nothing but the keychain stands before it.
    pub(crate) fn store(&self) -> Result<Arc<Store>, Refusal> {
        let mut state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Closed = *state {
            *state = match self.inner.lock.door(&self.inner.chance)? {
                Door::Open(key) => State::Open(self.open(&key)?),
                Door::Passphrase { first } => State::Locked { first },
            };
        }
        match &*state {
            State::Open(store) => Ok(store.clone()),
            State::Locked { .. } | State::Closed => Err(Code::Locked.into()),
        }
    }

    /// No passphrase was ever chosen.
    pub(crate) fn is_first_unlock(&self) -> bool {
        let state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(*state, State::Locked { first: true })
    }

    /// Opens the store with a passphrase.
    pub(crate) fn unlock_with(&self, passphrase: &str) -> Result<(), Refusal> {
        if !matches!(self.store(), Err(refusal) if refusal.code == Code::Locked) {
            return Ok(());
        }
        let key = self.inner.lock.unlock(passphrase, &self.inner.chance)?;
        let opened = self.open(&key)?;
        *self.inner.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Open(opened);
        Ok(())
    }

    /// Opens the file; on the first start the device gets its id and its writing hand.
    fn open(&self, key: &store::Key) -> Result<Arc<Store>, Refusal> {
        let store = Store::open(&self.inner.options.data.join(FILE), key).or_refuse()?;
        if store.read(|r| r.setting(settings::DEVICE)).or_refuse()?.is_none() {
            let device = settings::set(settings::DEVICE, &self.inner.chance.id())?;
            let actor = settings::set(settings::ACTOR, &self.inner.chance.actor())?;
            store.commit(&Batch { settings: vec![device, actor], ..Batch::default() }).or_refuse()?;
        }
        Ok(Arc::new(store))
    }

    pub(crate) fn tell(&self, notice: Notice) {
        // Nobody listening is no failure.
        let _ = self.inner.notices.send(notice);
    }

    /// The app goes into the background, where it hears of no news, or comes back, and asks for them.
    pub fn set_in_background(&self, background: bool) {
        self.inner.background.store(background, Ordering::Relaxed);
        self.inner.turned.notify_one();
        if !background {
            self.inner.wanted.notify_one();
        }
    }

    pub(crate) fn is_in_background(&self) -> bool {
        self.inner.background.load(Ordering::Relaxed)
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.inner.offline.load(Ordering::Relaxed)
    }
}

/// Runs work that waits for the disk, away from what serves the network. Where there are several threads for that, this
/// one does the work and its other tasks move: going to another thread and back takes longer than most of the work.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let failed = |error: &dyn fmt::Display| Err(Refusal::because(Code::Internal, error));
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        let done = block_in_place(|| catch_unwind(AssertUnwindSafe(work)));
        return done.unwrap_or_else(|_| failed(&"the work panicked"));
    }
    spawn_blocking(work).await.unwrap_or_else(|error| failed(&error))
}
