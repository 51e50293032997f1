//! A rep with a device: the real one, with its encrypted store in a folder of its own.

use crate::bare::Bare;
use crate::company::PASSWORD;
use crate::tap::{Tap, Traffic};
use crate::workload::{Hand, Later};
use crate::{fixture, keychain};
use anyhow::{Result, ensure};
use contract::calls::EditCall;
use contract::people::SearchHcps;
use contract::session::SignIn;
use contract::sync::{GetSync, Network, SyncView};
use device::{Chance, Device, Options, SystemClock, Vault};
use domain::ids::CallId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use sync::session::Event;
use tempfile::TempDir;

/// The device of a rep.
pub struct Rep {
    /// What the rep does is done by it.
    pub device: Device,
    /// Its way to the server.
    pub tap: Tap,
    folder: TempDir,
}

/// What an exchange took.
#[derive(Debug, Clone, Copy)]
pub struct Exchanged {
    /// Until everything was stored.
    pub time: Duration,
    /// What travelled.
    pub traffic: Traffic,
}

impl Rep {
    /// A new device at which somebody has signed in, with nothing on it yet. The seed is what makes it another device.
    pub async fn signed_in(address: &str, hand: Hand, seed: u64) -> Result<Self> {
        keychain::install();
        let (tap, folder) = (Tap::to(address)?, tempfile::tempdir()?);
        let options =
            Options { data: folder.path().to_owned(), vault: Vault::Keychain, can_go_offline: false };
        let (transport, clock) = (Arc::new(tap.clone()), Arc::new(SystemClock));
        let device = Device::new(options, transport, clock, Chance::seeded(seed));
        let (user, password) = (hand.login.to_owned(), PASSWORD.to_owned());
        device.sign_in(SignIn { user, password }).await?;
        Ok(Self { device, tap, folder })
    }

    /// Exchanges until there is nothing more to exchange.
    pub async fn exchange(&self) -> Result<Exchanged> {
        let before = self.tap.traffic();
        let begin = Instant::now();
        self.device.exchange(Event::Wanted).await;
        let exchanged = Exchanged { time: begin.elapsed(), traffic: self.tap.traffic() - before };
        let view = self.sync_view().await?;
        ensure!(view.network == Network::Online, "the exchange failed");
        ensure!(view.waiting_changes == 0 && view.attention.is_empty(), "something was not taken");
        Ok(exchanged)
    }

    /// The first exchange: until all is there, and somebody of this name is found.
    pub async fn first(&self, family: &str) -> Result<Exchanged> {
        let begin = Instant::now();
        let exchanged = self.exchange().await?;
        ensure!(self.finds(family).await?, "nobody is found by the name of {family}");
        Ok(Exchanged { time: begin.elapsed(), ..exchanged })
    }

    /// Edits calls as the workload says, without sending it.
    pub async fn edit(&self, up: &[Later]) -> Result<()> {
        for later in up {
            let (call, edits) = (CallId(later.doc.0), later.edits.clone());
            self.device.edit_call(EditCall { call, edits, begin: false }).await?;
        }
        Ok(())
    }

    /// Whether an HCP is found by a name.
    pub async fn finds(&self, family: &str) -> Result<bool> {
        let search = SearchHcps { text: family.to_owned(), after: None, limit: 10 };
        Ok(!self.device.search_hcps(search).await?.rows.is_empty())
    }

    /// How sync stands.
    pub async fn sync_view(&self) -> Result<SyncView> {
        Ok(self.device.get_sync(GetSync {}).await?)
    }

    /// Documents and HCPs that are in its store.
    pub fn holds(&self) -> Result<(usize, usize)> {
        Bare::open(&self.file())?.holds()
    }

    /// Its store's file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        fixture::file(self.folder())
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
