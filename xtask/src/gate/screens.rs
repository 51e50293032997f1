//! Steps of the gate for the screens: they build for wasm with a toolchain of their own.

use anyhow::Result;

use super::Outcome;
use crate::place::Place;
use crate::ui;

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
