//! `bench`: figures that we publish. The measuring is in `benches`; the bundle's size is measured here, where the
//! bundle is made. A bar that does not hold is said and fails nothing here: `build-ui --release` is what refuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use serde_json::json;

use crate::place::Place;
use crate::{process, ui};

/// Where the programs of other sync engines are.
const PEERS: &str = "benches/peers";
/// Benchmarks that are one program.
const EXCHANGE: [&str; 3] = ["sync", "server", "growth"];

/// `xtask bench NAME [--json] [ARGUMENT...]`: prints every figure and its bar, with `--json` as one JSON object.
pub fn run(place: &Place, name: &str, arguments: &[String]) -> Result<()> {
    if name == "bundle" {
        return bundle(place, arguments.iter().any(|argument| argument == "--json"));
    }
    if name == "sync" {
        install_peers(place);
    }
    let program: &[&str] = if EXCHANGE.contains(&name) { &["exchange", "--", name] } else { &[name, "--"] };
    let mut cargo = process::cargo(place);
    cargo.args(["run", "--quiet", "--release", "-p", "benches", "--bin"]).args(program).args(arguments);
    process::run(&mut cargo)
}

/// The packages of the peers, beside their programs, where Node.js finds them. Without them the benchmark says which
/// peers it leaves out.
fn install_peers(place: &Place) {
    let folder = place.root.join(PEERS);
    if folder.join("node_modules").is_dir() {
        return;
    }
    let mut npm = Command::new("npm");
    // What is built at an installation is not needed: LevelDB comes built.
    npm.args(["ci", "--ignore-scripts", "--no-progress"]).current_dir(folder);
    // Standard output is for the figures.
    npm.stdout(Stdio::null());
    if let Err(error) = process::run(&mut npm) {
        eprintln!("the packages of the peers cannot be installed: {error:#}");
    }
}

fn bundle(place: &Place, json: bool) -> Result<()> {
    let folder = place.bundle();
    let size = ui::build(place, true, &folder)?;
    let (value, bar) = (megabytes(size.brotli)?, megabytes(ui::BROTLI_BAR)?);
    let holds = size.brotli <= ui::BROTLI_BAR;
    let machine = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let note = format!(
        "every file of the bundle, each after brotli; {:.3} MB of it are fonts",
        megabytes(fonts(&folder)?)?
    );
    if json {
        let figure = json!({"name": "brotli_mb", "value": value, "unit": "MB", "baseline": null, "bar": bar,
            "holds": holds});
        println!("{}", json!({"bench": "bundle", "machine": machine, "figures": [figure], "notes": [note]}));
    } else {
        let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
        println!("bundle on {machine}\n  brotli_mb {value:.3} MB  at most {bar}: {verdict}\n  - {note}");
    }
    Ok(())
}

/// Bytes of the fonts: they are compressed with brotli inside already.
fn fonts(bundle: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in ui::files_below(bundle)? {
        if file.extension().is_some_and(|extension| extension == "woff2") {
            bytes += fs::metadata(file)?.len();
        }
    }
    Ok(bytes)
}

fn megabytes(bytes: u64) -> Result<f64> {
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}
