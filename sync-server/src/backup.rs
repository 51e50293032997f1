//! Backups: all that the server keeps as one file, and back. Each database knows how; here is which one it is, and what
//! the operator is told.

use crate::config::Config;
use crate::server::file;
use crate::store::postgres::{self, Settings};
use crate::store::{BackupError, Contents, Restored, StoreError, sqlite};
use domain::Instant;
use std::path::Path;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

/// Writes all that the server keeps to a new file, while it serves. Each line of how far it is goes to `told`.
pub async fn backup(
    config: &Config,
    to: &Path,
    told: UnboundedSender<String>,
) -> Result<Contents, BackupError> {
    // Nobody may be listening; the work goes on.
    let mut tell = move |line| drop(told.send(line));
    match config.database.address() {
        Some(address) => {
            let settings = Settings::of(address, config.limits.connections);
            postgres::backup::backup(&settings, to, &mut tell).await
        }
        None => {
            let (database, to) = (file(&config.data), to.to_owned());
            blocking(move || sqlite::backup::backup(&database, &to, &mut tell)).await
        }
    }
}

/// Puts a backup in the place of what the server kept, under a new epoch; the server must not run.
pub async fn restore(
    config: &Config,
    from: &Path,
    epoch: Uuid,
    now: Instant,
) -> Result<Restored, BackupError> {
    match config.database.address() {
        Some(address) => {
            let settings = Settings::of(address, config.limits.connections);
            postgres::restore::restore(&settings, from, epoch).await
        }
        None => {
            let (database, from) = (file(&config.data), from.to_owned());
            let aside = format!("before-{}", now.format("%Y%m%dT%H%M%SZ"));
            blocking(move || sqlite::restore::restore(&from, &database, epoch, &aside)).await
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Failed(error.to_string()))?
}
