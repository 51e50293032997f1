//! A device's data folder with somebody signed in, to be filled and measured on.

use crate::keychain;
use crate::line::Line;
use anyhow::Result;
use contract::session::{GetSession, SessionView, SignIn};
use device::{Chance, Device, Options, SystemClock, Transport, Vault};
use domain::ids::UserId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Batch, Store};

/// What the device calls its file.
const FILE: &str = "rounds.db";
/// How the device remembers that its first copy is complete.
const READY: &str = "ready";

/// The file of the device in a folder.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// The store in a folder, without a device around it.
pub fn store(folder: &Path) -> Result<Store> {
    Ok(Store::open(&file(folder), &keychain::key())?)
}

/// A device over a folder and a line, with its key from the fixed keychain.
#[must_use]
pub fn device(folder: &Path, transport: Arc<dyn Transport>) -> Device {
    keychain::install();
    let options = Options { data: folder.to_owned(), vault: Vault::Keychain, can_go_offline: false };
    Device::new(options, transport, Arc::new(SystemClock), Chance::seeded(1))
}

/// The device in a folder with this rep signed in; makes the folder's store when there is none.
pub async fn signed_in(folder: &Path, rep: UserId) -> Result<Device> {
    let device = device(folder, Arc::new(Line::of_rep(rep)));
    if let SessionView::SignedOut { .. } = device.get_session(GetSession {}).await? {
        device.sign_in(SignIn { user: "bench".to_owned(), password: "bench".to_owned() }).await?;
    }
    Ok(device)
}

/// A folder's store made by a device, with this rep signed in and nothing in it yet.
pub async fn empty(folder: &Path, rep: UserId) -> Result<Store> {
    drop(signed_in(folder, rep).await?);
    let store = store(folder)?;
    let ready = vec![(READY, Some(b"true".to_vec()))];
    store.commit(&Batch { settings: ready, ..Batch::default() })?;
    Ok(store)
}
