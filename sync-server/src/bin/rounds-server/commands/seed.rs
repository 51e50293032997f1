//! `seed`: the demo company.

use super::{At, say};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use sync_server::people::demo::{self, NoDemo};
use sync_server::{Chance, Clock, Passwords};

/// The demo's people are invented, and so is what they may see.
const PASSWORD: &str = "rounds-demo";
/// Beside the database, so that a demo can sign its rep in.
const PASSWORD_FILE: &str = "demo-password.txt";

/// What it can be told.
#[derive(Args)]
pub struct Seed {
    #[command(flatten)]
    at: At,
    /// Do nothing when there is a company already.
    #[arg(long)]
    if_empty: bool,
    /// A file with the password of all demo people.
    #[arg(long, conflicts_with = "password_env")]
    password_file: Option<PathBuf>,
    /// The environment variable with the password of all demo people.
    #[arg(long)]
    password_env: Option<String>,
}

pub async fn run(seed: Seed) -> Result<()> {
    let config = seed.at.config()?;
    let given = password(&seed)?;
    let chance = Chance::of_machine();
    let hash =
        Passwords::new(config.passwords, &chance)?.hash(given.as_deref().unwrap_or(PASSWORD), &chance)?;
    let store = sync_server::open(&config).await?;
    let loaded = demo::load(store.as_ref(), &hash, Clock::of_machine().now()).await;
    store.close().await?;
    match loaded {
        Ok(loaded) => {
            say(&format!(
                "the demo company is there: {} people, {} rows, {} documents",
                loaded.accounts, loaded.rows, loaded.documents
            ))?;
        }
        Err(NoDemo::NotEmpty) if seed.if_empty => {
            return say("there is a company already; it stays as it is");
        }
        Err(NoDemo::NotEmpty) => bail!("there is a company already: use another --data, or --if-empty"),
        Err(error) => return Err(error.into()),
    }
    if given.is_none() {
        std::fs::create_dir_all(&config.data).context("the data folder cannot be used")?;
        let file = config.data.join(PASSWORD_FILE);
        std::fs::write(&file, PASSWORD).with_context(|| format!("cannot write {}", file.display()))?;
        say(&format!("everybody's password, for the demo only: {PASSWORD}"))?;
    }
    Ok(())
}

fn password(seed: &Seed) -> Result<Option<String>> {
    if let Some(file) = &seed.password_file {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    let variable = seed.password_env.as_ref();
    variable.map(|name| std::env::var(name).with_context(|| format!("{name} is not set"))).transpose()
}
