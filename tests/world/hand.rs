//! A person with a device: what they do with it, in the words of a story.

use crate::Network;
use crate::company::PASSWORD;
use anyhow::Result;
use chrono::TimeDelta;
use contract::Refusal;
use contract::calls::{AmendCall, CallReceipt, CallView, EditCall, GetCall, PlanCall, SubmitCall};
use contract::session::{GetSession, Me, SessionView, SignIn, Unlock};
use contract::sync::{GetSync, SyncView};
use device::{Chance, Clock, Device, Exchange, Options, Vault};
use domain::Instant;
use domain::calls::{CallEdit, Channel};
use domain::ids::{CallId, HcpId};
use std::pin::Pin;
use std::sync::Arc;
use sync::session::Event;
use tempfile::TempDir;
use testkit::TurnedClock;

const PASSPHRASE: &str = "a passphrase for tests";

struct TestClock(TurnedClock);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.0.reached(at))
    }
}

/// A person with a device.
pub struct Hand {
    /// What the person does is done by the device.
    pub device: Device,
    /// The device's network.
    pub network: Network,
    login: String,
    clock: TurnedClock,
    seed: u64,
    folder: TempDir,
}

impl Hand {
    /// A new device, unlocked.
    pub async fn new(login: &str, seed: u64, network: Network, clock: TurnedClock) -> Result<Self> {
        let folder = TempDir::new()?;
        let device = open(&folder, &network, &clock, seed).await?;
        Ok(Self { device, network, login: login.to_owned(), clock, seed, folder })
    }

    /// The app is killed and started again.
    pub async fn restarted(mut self) -> Result<Self> {
        drop(self.device);
        self.seed = self.seed.wrapping_add(1 << 32);
        self.device = open(&self.folder, &self.network, &self.clock, self.seed).await?;
        Ok(self)
    }

    /// The device's folder is copied to another device, which goes on with it: the same keys, the same writing hand.
    pub async fn copied(&self, seed: u64) -> Result<Self> {
        let folder = TempDir::new()?;
        for file in std::fs::read_dir(self.folder.path())? {
            let file = file?;
            std::fs::copy(file.path(), folder.path().join(file.file_name()))?;
        }
        let (network, clock) = (self.network.clone(), self.clock.clone());
        let device = open(&folder, &network, &clock, seed).await?;
        Ok(Self { device, network, login: self.login.clone(), clock, seed, folder })
    }

    /// All bytes of this device's files, as somebody has them who takes it apart.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(self.folder.path())? {
            bytes.extend(std::fs::read(file?.path())?);
        }
        Ok(bytes)
    }

    /// Signs in.
    pub async fn sign_in(&self, password: &str) -> Result<SessionView, Refusal> {
        self.device.sign_in(SignIn { user: self.login.clone(), password: password.to_owned() }).await
    }

    /// Exchanges with the server until there is nothing more, or it fails.
    pub async fn sync(&self) -> Exchange {
        self.device.exchange(Event::Wanted).await
    }

    /// Exchanges with the server, and signs in again first where the server does not know the session any more.
    pub async fn comes_back(&self) -> Result<(), Refusal> {
        self.sync().await;
        let view = self.device.get_session(GetSession {}).await?;
        if matches!(view, SessionView::SignedIn(Me { expired: true, .. })) {
            self.sign_in(PASSWORD).await?;
            self.sync().await;
        }
        Ok(())
    }

    /// How sync stands.
    pub async fn sync_view(&self) -> Result<SyncView, Refusal> {
        self.device.get_sync(GetSync {}).await
    }

    /// Plans a call with an HCP that began half an hour ago.
    pub async fn plan(&self, hcp: HcpId) -> Result<CallView, Refusal> {
        let starts_at = self.clock.now() - TimeDelta::minutes(30);
        let ends_at = starts_at + TimeDelta::minutes(25);
        let plan = PlanCall { hcps: vec![hcp], channel: Channel::InPerson, starts_at, ends_at, begin: false };
        self.device.plan_call(plan).await
    }

    /// Edits a call, which begins its recording.
    pub async fn edit(&self, call: CallId, edits: &[CallEdit]) -> Result<CallView, Refusal> {
        self.device.edit_call(EditCall { call, edits: edits.to_vec(), begin: true }).await
    }

    /// Submits a call.
    pub async fn submit(&self, call: CallId) -> Result<CallReceipt, Refusal> {
        self.device.submit_call(SubmitCall { call }).await
    }

    /// Amends a call.
    pub async fn amend(&self, call: CallId, reason: &str, edit: CallEdit) -> Result<CallReceipt, Refusal> {
        self.device.amend_call(AmendCall { call, reason: reason.to_owned(), edits: vec![edit] }).await
    }

    /// A call as this person sees it.
    pub async fn sees(&self, call: CallId) -> Result<CallView, Refusal> {
        self.device.get_call(GetCall { call }).await
    }
}

async fn open(folder: &TempDir, network: &Network, clock: &TurnedClock, seed: u64) -> Result<Device> {
    let options = Options { data: folder.path().to_owned(), vault: Vault::Passphrase, can_go_offline: true };
    let clock = Arc::new(TestClock(clock.clone()));
    let device = Device::new(options, Arc::new(network.clone()), clock, Chance::seeded(seed));
    device.unlock(Unlock { passphrase: PASSPHRASE.to_owned() }).await?;
    Ok(device)
}
