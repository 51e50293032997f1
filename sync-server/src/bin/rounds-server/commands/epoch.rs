//! `epoch`: names the data as a whole, so that devices notice when it is older than what they know.

use super::{At, say};
use anyhow::Result;
use clap::Subcommand;
use serde_json::json;
use sync_server::Chance;

/// What it can be told.
#[derive(Subcommand)]
pub enum Epoch {
    /// Give the data a new epoch. For data that was restored by other means than `restore`, before it is served.
    Renew(At),
}

pub async fn run(Epoch::Renew(at): Epoch) -> Result<()> {
    let store = sync_server::open(&at.config()?).await?;
    let epoch = Chance::of_machine().id();
    let before = store.epoch().await?;
    let renewed = store.renew_epoch(epoch).await;
    store.close().await?;
    renewed?;
    say(&json!({ "epoch": epoch, "epoch_before": before }).to_string())
}
