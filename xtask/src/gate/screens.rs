//! Steps of the gate for the screens: they build for wasm with a toolchain of their own, and only what is pure in
//! them is tested on the host.

use anyhow::Result;

use super::Outcome;
use crate::place::Place;
use crate::{process, ui};

/// The bundle that ships can be built and is small enough. The later steps use this very bundle.
pub fn bundle(place: &Place) -> Result<Outcome> {
    ui::build_command(place, true, None)?;
    Ok(Outcome::Held)
}

/// clippy has nothing to say about the screens.
pub fn clippy(place: &Place) -> Result<Outcome> {
    let ran = ui::clippy(place)?;
    Ok(if ran { Outcome::Held } else { Outcome::Skipped("the toolchain for wasm has no clippy") })
}

/// The pure parts of the screens: texts, dates, drafts.
pub fn tests(place: &Place) -> Result<Outcome> {
    process::run(process::cargo(place).args(["test", "-p", "ui", "--lib"]))?;
    Ok(Outcome::Held)
}
