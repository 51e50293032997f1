//! `backup`: all that the server keeps as one file, written while it serves. How far it is goes to standard error, what
//! the file holds to standard output, as one JSON object.

use super::{At, say};
use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use sync_server::store::BackupError;
use tokio::sync::mpsc::unbounded_channel;

/// What it can be told.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    at: At,
    /// The file to write. There must be none of this name.
    file: PathBuf,
}

#[allow(clippy::print_stderr, reason = "the one who gave the command sees how far it is")]
pub async fn run(backup: Backup) -> Result<()> {
    let (told, mut news) = unbounded_channel::<String>();
    let showing = async {
        while let Some(line) = news.recv().await {
            eprintln!("rounds-server: {line}");
        }
    };
    let config = backup.at.config()?;
    let (done, ()) = tokio::join!(sync_server::backup::backup(&config, &backup.file, told), showing);
    let contents = done.map_err(refused)?;
    say(&json!({ "file": backup.file, "contents": contents }).to_string())
}

/// The code in front, for scripts.
pub fn refused(error: BackupError) -> anyhow::Error {
    let code = error.code();
    anyhow!(error).context(format!("refused ({code})"))
}
