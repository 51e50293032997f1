//! The step of the gate for what others wrote: licences, sources and banned crates, by `deny.toml`.

use std::env;

use anyhow::Result;

use super::Outcome;
use crate::place::Place;
use crate::process;

/// Runs `cargo deny` where it is installed; the advisories only where their database already lies on this machine,
/// because the gate must pass without the internet.
pub fn check(place: &Place) -> Result<Outcome> {
    if !process::available("cargo-deny", "--version") {
        return Ok(Outcome::Skipped("cargo-deny is not installed (cargo install cargo-deny)"));
    }
    let mut command = process::cargo(place);
    command.args(["deny", "--offline", "--workspace", "check", "bans", "licenses", "sources"]);
    if advisories_are_here() {
        command.arg("advisories");
    } else {
        println!("advisories: left out, their database is not on this machine (cargo deny fetch)");
    }
    process::run(&mut command)?;
    Ok(Outcome::Held)
}

fn advisories_are_here() -> bool {
    let home =
        env::var_os("CARGO_HOME").map(Into::into).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    home.is_some_and(|home: std::path::PathBuf| home.join("advisory-dbs").is_dir())
}
