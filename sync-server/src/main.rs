//! `rounds-server`: the command line. What a command does belongs to the library.

mod commands;

use anyhow::Result;
use clap::Parser;
use commands::Command;

/// The server of Rounds.
#[derive(Parser)]
#[command(name = "rounds-server", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> Result<()> {
    commands::run(Cli::parse().command).await
}
