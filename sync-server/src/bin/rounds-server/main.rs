//! `rounds-server`: the command line. What a command does belongs to the library.

mod commands;

use clap::Parser;
use commands::Command;
use std::process::ExitCode;

/// The server of Rounds.
#[derive(Parser)]
#[command(name = "rounds-server", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
#[allow(clippy::print_stderr, reason = "the one who gave the command reads why it failed")]
async fn main() -> ExitCode {
    match commands::run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rounds-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
