//! `faults`: devices and a server on disks and a network that fail, for as long as asked. The histories and what must
//! hold are in `tests/simulation`; here the program is found and its arguments are handed on.

use anyhow::Result;
use clap::Args;

use crate::place::Place;
use crate::process;

/// What to run, and how it is said.
#[derive(Args)]
pub struct Options {
    /// Go on for so many seconds.
    #[arg(long, conflicts_with = "histories")]
    seconds: Option<u64>,
    /// Run so many histories (default: 100).
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
    failpoint: Option<String>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Say of a failure what happened, step by step.
    #[arg(long)]
    trace: bool,
}

/// `xtask faults ...`
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let mut cargo = process::cargo(place);
    cargo.args(["run", "--quiet", "-p", "simulation", "--bin", "faults", "--"]);
    cargo.args(words(options));
    process::run(&mut cargo)
}

fn words(options: &Options) -> Vec<String> {
    let value = |name: &str, value: Option<String>| {
        value.map(|value| vec![format!("--{name}"), value]).unwrap_or_default()
    };
    let flag = |name: &str, set: bool| if set { vec![format!("--{name}")] } else { Vec::new() };
    [
        value("seed", Some(options.seed.to_string())),
        value("seconds", options.seconds.map(|seconds| seconds.to_string())),
        value("histories", options.histories.map(|histories| histories.to_string())),
        value("failpoint", options.failpoint.clone()),
        flag("failpoints", options.failpoints),
        flag("json", options.json),
        flag("trace", options.trace),
    ]
    .concat()
}
