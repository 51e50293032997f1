//! Build step of the window: turns the configuration into code, and each command of `contract` into a permission.

use std::error::Error;

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = AppManifest::new().commands(contract::COMMANDS);
    Ok(tauri_build::try_build(Attributes::new().app_manifest(manifest))?)
}
