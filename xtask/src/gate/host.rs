//! Steps of the gate for everything that runs on the host: one package set for all of them, because cargo builds a
//! dependency again for every other set of features.

use anyhow::Result;

use super::Outcome;
use crate::place::Place;
use crate::{process, ui};

const HOST: [&str; 4] = ["--workspace", "--exclude", "ui", "--all-targets"];

/// rustfmt changes nothing.
pub fn format(place: &Place) -> Result<Outcome> {
    process::run(process::cargo(place).args(["fmt", "--all", "--check"]))?;
    Ok(Outcome::Held)
}

/// clippy has nothing to say.
pub fn clippy(place: &Place) -> Result<Outcome> {
    ui::ensure_page(place)?;
    on_host(place, "clippy", &["--", "-D", "warnings"])
}

/// Everything builds, the programs that the tests start among it.
pub fn build(place: &Place) -> Result<Outcome> {
    ui::ensure_page(place)?;
    on_host(place, "build", &[])
}

/// Every test of the host passes.
pub fn tests(place: &Place) -> Result<Outcome> {
    on_host(place, "test", &[])
}

fn on_host(place: &Place, command: &str, last: &[&str]) -> Result<Outcome> {
    process::run(process::cargo(place).arg(command).args(HOST).args(last))?;
    Ok(Outcome::Held)
}
