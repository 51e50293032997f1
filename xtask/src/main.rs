//! The only home of automation: each command of the project is one folder or file here. No rule of the trade
//! belongs here, and nothing that a shipped program needs.

#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod bench;
mod failover;
mod faults;
mod fuzz;
mod gate;
mod place;
mod postgres;
mod process;
mod run;
mod schema;
mod tidy;
mod ui;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::place::Place;

/// The automation of Rounds.
#[derive(Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile the screens to WebAssembly and write the bundle.
    BuildUi {
        /// Small before fast, and refuse a bundle that is too large.
        #[arg(long)]
        release: bool,
        /// Where the bundle goes (default: dist/ui).
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Start the server with a demo company, and the app.
    Run(run::Options),
    /// Run the gate: every check and every test.
    Test {
        /// Only these steps.
        steps: Vec<String>,
    },
    /// Check what the house must never contain.
    Tidy,
    /// Write the generated schema of each folder of migrations.
    Schema {
        /// Compare instead of writing.
        #[arg(long, conflicts_with = "freeze")]
        check: bool,
        /// For a release: the migrations that exist now are never edited again.
        #[arg(long)]
        freeze: bool,
    },
    /// Make the demo company in a data folder.
    Seed {
        /// The data folder of `run` (default: ~/.local/share/rounds-demo).
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Kill the primary of a Patroni cluster again and again while people write.
    Failover(failover::Options),
    /// Let disks, power, clocks and networks fail, by a seed, and check what must hold.
    Faults(faults::Options),
    /// Look for bytes that break what is read from others.
    Fuzz(fuzz::Options),
    /// Measure published figures: capture, search, start, import, bundle, sync, server, growth.
    Bench {
        /// Which.
        name: String,
        /// `--json` for one JSON object instead of text; what else a benchmark takes, it says at the top of its source.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> Result<()> {
    let place = Place::find()?;
    match Arguments::parse().command {
        Command::BuildUi { release, out } => ui::build_command(&place, release, out),
        Command::Run(options) => run::run(&place, &options),
        Command::Seed { data } => run::seed(&place, data),
        Command::Failover(options) => failover::run(&place, &options),
        Command::Faults(options) => faults::run(&place, &options),
        Command::Bench { name, arguments } => bench::run(&place, &name, &arguments),
        Command::Fuzz(options) => fuzz::run(&place, &options),
        Command::Test { steps } => gate::run(&place, &steps),
        Command::Tidy => tidy::check(&place),
        Command::Schema { check: true, .. } => schema::check(&place),
        Command::Schema { check: false, freeze } => schema::write(&place, freeze),
    }
}
