//! `bench`: one figure that we publish. The measuring is in `benches`; the bundle's size is measured here, where the
//! bundle is made.

use anyhow::{Result, bail};
use serde_json::json;

use crate::place::Place;
use crate::{process, ui};

/// `xtask bench NAME [--json]`: prints one JSON object with every figure and its bar.
pub fn run(place: &Place, name: &str, json: bool) -> Result<()> {
    if name == "bundle" {
        return bundle(place);
    }
    let mut cargo = process::cargo(place);
    cargo.args(["run", "--quiet", "--release", "-p", "benches", "--bin", name]);
    if json {
        cargo.args(["--", "--json"]);
    }
    process::run(&mut cargo)
}

fn bundle(place: &Place) -> Result<()> {
    let size = ui::build(place, true, &place.bundle())?;
    let (value, bar) = (megabytes(size.brotli)?, megabytes(ui::BROTLI_BAR)?);
    let figure = json!({"name": "brotli_mb", "value": value, "unit": "MB", "baseline": null, "bar": bar,
        "holds": size.brotli <= ui::BROTLI_BAR});
    let machine = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    println!("{}", json!({"bench": "bundle", "machine": machine, "figures": [figure]}));
    if size.brotli > ui::BROTLI_BAR {
        bail!("the bundle is larger than its bar");
    }
    Ok(())
}

fn megabytes(bytes: u64) -> Result<f64> {
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}
