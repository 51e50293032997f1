//! Histories and failpoints for as long as asked, on all processors: `cargo xtask faults`.

#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use anyhow::Result;
use clap::Parser;
use simulation::{Failpoint, Report, Span};
use std::process::ExitCode;
use std::time::Duration;

/// Devices and a server, on disks and a network that fail.
#[derive(Parser)]
struct Arguments {
    /// Go on for so many seconds.
    #[arg(long, conflicts_with = "histories")]
    seconds: Option<u64>,
    /// Run so many histories.
    #[arg(long)]
    histories: Option<u64>,
    /// The seed of the first history; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cut the power of each machine of a short story at every operation.
    #[arg(long)]
    failpoints: bool,
    /// Cut the power at this one only, as a failure names it.
    #[arg(long)]
    failpoint: Option<Failpoint>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Say what happened, step by step.
    #[arg(long)]
    trace: bool,
}

const HISTORIES: u64 = 100;

fn main() -> Result<ExitCode> {
    let asked = Arguments::parse();
    let report = match (asked.failpoint, asked.failpoints) {
        (Some(failpoint), _) => simulation::failpoints([failpoint])?,
        (None, true) => simulation::failpoints(simulation::every_failpoint(asked.seed, 1)?)?,
        (None, false) => simulation::histories(asked.seed, span(&asked))?,
    };
    say(&report, &asked);
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn span(asked: &Arguments) -> Span {
    match asked.seconds {
        Some(seconds) => Span::Time(Duration::from_secs(seconds)),
        None => Span::Histories(asked.histories.unwrap_or(HISTORIES)),
    }
}

fn say(report: &Report, asked: &Arguments) {
    if asked.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.text());
    }
    for failure in report.failures().iter().filter(|_| asked.trace) {
        eprintln!("{failure}\n{}", failure.trace());
    }
}
