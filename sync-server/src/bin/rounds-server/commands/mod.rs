//! One file per command; here is how they are chosen, and what they share.

mod backup;
mod documents;
mod epoch;
mod import;
mod outbox;
mod overview;
mod realign;
mod rebuild;
mod restore;
mod seed;
mod segments;
mod serve;
mod user;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use sync_server::Config;
use sync_server::config::Database;

/// What the server can be told to do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve devices until it is stopped.
    Serve(serve::Serve),
    /// Fill an empty store with the demo company.
    Seed(seed::Seed),
    /// Import golden records from a file, all of it or nothing.
    Import(import::Import),
    /// Give HCPs and users other territories, as a file says; with them goes all that is about them.
    Realign(realign::Realign),
    /// Who may sign in.
    #[command(subcommand)]
    User(user::User),
    /// What waits for other systems, and what was given up.
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Print which golden records there are, as one JSON object.
    Overview(At),
    /// What is kept of what people wrote.
    #[command(subcommand)]
    Documents(documents::Documents),
    /// First copies of scopes, which new devices fetch.
    #[command(subcommand)]
    Segments(segments::Segments),
    /// Print the description of the server's JSON.
    Openapi,
    /// Make all projections again from the documents, and check the sums of all scopes.
    Rebuild(At),
    /// Write all that the server keeps to a new file, while it serves.
    Backup(backup::Backup),
    /// Put a backup in the place of what the server kept, under a new epoch. The server must not run.
    Restore(restore::Restore),
    /// The epoch of the data.
    #[command(subcommand)]
    Epoch(epoch::Epoch),
}

/// Where settings and data are.
#[derive(Args)]
pub struct At {
    /// A TOML file with settings.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The folder of the embedded database.
    #[arg(long)]
    data: Option<PathBuf>,
    /// `sqlite`, or the address of a PostgreSQL: `postgres://...`. Other users of a machine may see what a command was
    /// told: where the address has a password, give it by the environment.
    #[arg(long)]
    database: Option<String>,
}

impl At {
    /// The settings; what the command line says beats all else.
    fn config(&self) -> Result<Config> {
        let mut config = Config::read(self.config.as_deref(), std::env::vars())?;
        config.data = self.data.clone().unwrap_or(config.data);
        config.database = self.database.clone().map_or(config.database, Database::named);
        Ok(config)
    }
}

/// Does what it is told.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(serve) => serve::run(serve).await,
        Command::Seed(seed) => seed::run(seed).await,
        Command::Import(import) => import::run(import).await,
        Command::Realign(realign) => realign::run(realign).await,
        Command::User(user) => user::run(user).await,
        Command::Outbox(outbox) => outbox::run(outbox).await,
        Command::Overview(at) => overview::run(at).await,
        Command::Documents(documents) => documents::run(documents).await,
        Command::Segments(segments) => segments::run(segments).await,
        Command::Openapi => say(&sync_server::openapi().to_pretty_json()?),
        Command::Rebuild(at) => rebuild::run(at).await,
        Command::Backup(backup) => backup::run(backup).await,
        Command::Restore(restore) => restore::run(restore).await,
        Command::Epoch(epoch) => epoch::run(epoch).await,
    }
}

/// Prints a line for the one who gave the command.
fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot print")
}
