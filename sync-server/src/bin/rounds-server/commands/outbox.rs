//! `outbox`: what was given up, for an operator to look at and to send again.

use super::{At, say};
use anyhow::Result;
use clap::{Args, Subcommand};
use sync_server::Clock;
use sync_server::connectors::outbox::Replay;
use sync_server::store::Store;

/// Dead letters read at once.
const PAGE: u32 = 200;

/// What it can be told.
#[derive(Subcommand)]
pub enum Outbox {
    /// Print every dead letter as one JSON object per line.
    ListDead(At),
    /// Send dead letters again.
    Replay(Again),
}

#[derive(Args)]
pub struct Again {
    #[command(flatten)]
    at: At,
    /// Which, by the id that `list-dead` prints; all when none is named.
    ids: Vec<i64>,
}

pub async fn run(outbox: Outbox) -> Result<()> {
    let at = match &outbox {
        Outbox::ListDead(at) => at,
        Outbox::Replay(again) => &again.at,
    };
    let store = sync_server::open(&at.config()?).await?;
    let done = match outbox {
        Outbox::ListDead(_) => list(store.as_ref()).await,
        Outbox::Replay(again) => replay(store.as_ref(), again.ids).await,
    };
    store.close().await?;
    done
}

async fn list(store: &dyn Store) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let page = store.dead_letters(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.entry.id;
        for letter in &page {
            let new = &letter.entry.new;
            let line = serde_json::json!({
                "id": letter.entry.id,
                "key": new.key,
                "event": new.event_id,
                "type": new.event_type.name(),
                "happened_at": new.time,
                "given_up_at": letter.at,
                "attempts": letter.entry.attempts,
                "error": letter.error,
            });
            say(&line.to_string())?;
        }
    }
}

async fn replay(store: &dyn Store, ids: Vec<i64>) -> Result<()> {
    let which = if ids.is_empty() { Replay::All } else { Replay::These(ids) };
    let count = store.replay(which, Clock::of_machine().now()).await?;
    say(&format!("{count} wait to be sent again"))
}
