//! `failover`: the story of `tests/failover` on a real Patroni cluster, which it starts on the loopback and ends again.
//! On demand: it takes minutes, and needs programs that the gate does without.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use clap::Args;

use crate::place::Place;
use crate::process;

/// What it can be told.
#[derive(Args)]
pub struct Options {
    /// How often the primary is killed.
    #[arg(long, default_value_t = 10)]
    kills: u32,
    /// No more kills after this time.
    #[arg(long)]
    seconds: Option<u32>,
    /// What chance draws from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Programs, and Debian's packages that have them.
const PROGRAMS: [(&str, &str); 2] = [("patroni", "patroni"), ("etcd", "etcd-server")];

/// `xtask failover`: tells the story; an acknowledged change that is missing fails it.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let missing = missing(|program| process::available(program, "--version"));
    ensure!(missing.is_empty(), "not installed here: apt-get install {}", missing.join(" "));
    let report = place.target.join("failover.json");
    let mut cargo = process::cargo(place);
    cargo.args(["test", "--workspace", "--exclude", "ui", "--test", "failover", "--", "--nocapture"]);
    cargo.env("ROUNDS_FAILOVER_KILLS", options.kills.to_string());
    cargo.env("ROUNDS_FAILOVER_REPORT", &report);
    cargo.env("ROUNDS_SEED", options.seed.to_string());
    if let Some(seconds) = options.seconds {
        cargo.env("ROUNDS_FAILOVER_SECONDS", seconds.to_string());
    }
    if options.json {
        // How it goes is not what is asked for.
        cargo.stdout(std::io::stderr());
    }
    process::run(&mut cargo)?;
    if options.json {
        println!("{}", fs::read_to_string(report)?);
    }
    Ok(())
}

/// The packages that are to be installed. Where PostgreSQL's programs are, the script finds.
fn missing(available: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut packages: Vec<_> =
        PROGRAMS.iter().filter(|(program, _)| !available(program)).map(|(_, package)| *package).collect();
    if !Path::new("/usr/lib/postgresql").is_dir() && !available("pg_config") {
        packages.push("postgresql");
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_as_its_package() {
        assert!(missing(|program| program != "etcd").contains(&"etcd-server"));
        assert!(!missing(|_| true).contains(&"patroni"));
    }
}
