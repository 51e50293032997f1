//! `restore`: a backup in the place of what the server kept. Says what happened as one JSON object, and what is to be
//! done next.

use super::{At, backup::refused, say};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use sync_server::{Chance, Clock};

/// For the operator.
const NEXT: &str = "start the server: devices see the new epoch, get a fresh copy, and send again what the backup does \
                    not have; events that were delivered after the backup are delivered again under the same ids";

/// What it can be told.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    at: At,
    /// The backup.
    file: PathBuf,
}

pub async fn run(restore: Restore) -> Result<()> {
    let config = restore.at.config()?;
    let (epoch, now) = (Chance::of_machine().id(), Clock::of_machine().now());
    let restored = sync_server::backup::restore(&config, &restore.file, epoch, now).await.map_err(refused)?;
    let said = json!({
        "restored": restore.file,
        "contents": restored.contents,
        "epoch_before": restored.epoch_before,
        "kept": restored.kept,
        "next": NEXT,
    });
    say(&said.to_string())
}
