//! `realign`: gives HCPs and users other territories, as a file says.

use super::{At, say};
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use sync_server::Clock;
use sync_server::people::realign::{self, Summary};
use sync_server::store::Store;

/// What it can be told.
#[derive(Args)]
pub struct Realign {
    #[command(flatten)]
    at: At,
    /// A CSV file with the header `what,who,territory,role`. Lines: `hcp,<id>,<territory>` and
    /// `user,<login>,<territory>,<role>`; the role may be left out. A territory by its name or its id, `-` for none.
    file: PathBuf,
    /// Where to write what is wrong with lines, as CSV. If anything is, nobody moves.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Move nobody; only say what would move.
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(realign: Realign) -> Result<()> {
    let store = sync_server::open(&realign.at.config()?).await?;
    let done = carry_out(store.as_ref(), &realign).await;
    store.close().await?;
    let summary = done?;
    say(&serde_json::to_string(&summary)?)?;
    ensure!(summary.refused == 0, "{} lines cannot be carried out: nobody moves", summary.refused);
    Ok(())
}

async fn carry_out(store: &dyn Store, told: &Realign) -> Result<Summary> {
    let file = File::open(&told.file).with_context(|| format!("cannot read {}", told.file.display()))?;
    let report: Box<dyn Write> = match &told.report {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
        }
        None => Box::new(std::io::stderr()),
    };
    let now = Clock::of_machine().now();
    Ok(realign::realign(store, (file, report), now, told.dry_run).await?)
}
