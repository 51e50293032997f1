//! The compiler's part of `build-ui`: which toolchain, which profile, where the wasm file ends up.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::place::Place;
use crate::process;

const TRIPLE: &str = "wasm32-unknown-unknown";

/// Compiles the screens and returns the wasm file, not yet bound to JavaScript.
pub fn compile(place: &Place, release: bool) -> Result<PathBuf> {
    let (profile, folder) = if release { ("bundle", "bundle") } else { ("dev", "debug") };
    let mut cargo = process::wasm_cargo(place, &toolchain(place)?);
    process::run(cargo.args(["build", "-p", "ui", "--bin", "ui", "--target", TRIPLE, "--profile", profile]))?;
    let wasm = place.wasm_target().join(TRIPLE).join(folder).join("ui.wasm");
    ensure!(wasm.exists(), "cargo wrote no {}", wasm.display());
    Ok(wasm)
}

/// Lints the screens for the target that they are built for. `false`: that toolchain has no clippy.
pub fn clippy(place: &Place) -> Result<bool> {
    let toolchain = toolchain(place)?;
    if process::output(process::wasm_cargo(place, &toolchain).args(["clippy", "--version"])).is_err() {
        return Ok(false);
    }
    let mut cargo = process::wasm_cargo(place, &toolchain);
    // The bundle's profile: what the build has already made for the compiler itself is used again.
    cargo.args(["clippy", "-p", "ui", "--all-targets", "--target", TRIPLE, "--profile", "bundle"]);
    process::run(cargo.args(["--", "-D", "warnings"]))?;
    Ok(true)
}

fn toolchain(place: &Place) -> Result<String> {
    let script = place.root.join("script/wasm-toolchain.sh");
    let mut command = Command::new("bash");
    // The script asks rustup for the active toolchain; the one that runs us is not the question.
    command.arg(script).env_remove("RUSTUP_TOOLCHAIN").current_dir(&place.root);
    Ok(process::output(&mut command)?.trim().to_owned())
}
