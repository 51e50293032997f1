//! Running other programs, mostly cargo: in the checkout, into our target folder, with a readable error.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::place::Place;

/// What a cargo that started us leaves in the environment and what would pin a child to the wrong compiler.
const COMPILER_CHOICE: [&str; 4] = ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS"];

/// cargo of the host toolchain, in the checkout.
pub fn cargo(place: &Place) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    command
}

/// cargo of the toolchain that builds for wasm, into its own target folder.
pub fn wasm_cargo(place: &Place, toolchain: &str) -> Command {
    let mut command = cargo(place);
    for name in COMPILER_CHOICE {
        command.env_remove(name);
    }
    command.env("RUSTUP_TOOLCHAIN", toolchain).env("CARGO_TARGET_DIR", place.wasm_target());
    command
}

/// Runs to the end with our own output; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// Runs to the end and returns what it printed; its messages stay visible.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", line(command), output.status);
    }
    String::from_utf8(output.stdout).context("the output is not UTF-8")
}

/// Whether a program of this name can be started.
pub fn available(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
