//! `documents`: those that are quarantined, for an operator to repair from a backup.

use super::{At, say};
use anyhow::Result;
use clap::Subcommand;
use sync_server::store::Store;

/// Documents read at once.
const PAGE: u32 = 200;

/// What it can be told.
#[derive(Subcommand)]
pub enum Documents {
    /// Open every document, and print each that cannot be opened as one JSON object per line.
    ListQuarantined(At),
}

pub async fn run(documents: Documents) -> Result<()> {
    let Documents::ListQuarantined(at) = documents;
    let store = sync_server::open(&at.config()?).await?;
    let done = list(store.as_ref()).await;
    store.close().await?;
    done
}

async fn list(store: &dyn Store) -> Result<()> {
    let mut after = None;
    loop {
        let page = store.kept(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.doc);
        for kept in &page {
            if let Err(error) = document::open(kept.kind, kept.doc, &kept.saved) {
                let line = serde_json::json!({
                    "document": kept.doc,
                    "kind": kept.kind.name(),
                    "error": error.to_string(),
                });
                say(&line.to_string())?;
            }
        }
    }
}
