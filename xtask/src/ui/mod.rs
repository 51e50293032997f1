//! `build-ui`: the screens compiled to WebAssembly, bound to JavaScript and written as a bundle of static files
//! with hashed names. Serving the bundle belongs to `rounds-web` and to the window.

mod assets;
mod bundle;
mod compile;
mod page;
mod size;
mod stamp;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub use assets::files_below;
pub use bundle::hex;
pub use compile::clippy;
pub use size::Size;

use crate::place::Place;

/// Bytes after brotli that the whole bundle may have: a first visit over a poor mobile network stays bearable.
pub const BROTLI_BAR: u64 = 1_000_000;

/// `xtask build-ui`.
pub fn build_command(place: &Place, release: bool, out: Option<PathBuf>) -> Result<()> {
    let out = out.unwrap_or_else(|| place.bundle());
    let size = build(place, release, &out)?;
    println!("{}: {size}", out.display());
    if release && size.brotli > BROTLI_BAR {
        bail!("the bundle has {} bytes after brotli, more than {BROTLI_BAR}: make it smaller", size.brotli);
    }
    Ok(())
}

/// Builds the bundle and measures it. When nothing changed since the last time, it only recalls the size.
pub fn build(place: &Place, release: bool, out: &Path) -> Result<Size> {
    let wasm = compile::compile(place, release)?;
    let request = bundle::Request { wasm, sources: assets::read(&place.root)?, release };
    let stamp = stamp::Stamp::of(place, &request, out)?;
    if let Some(size) = stamp.recall() {
        return Ok(size);
    }
    bundle::write(place, &request, out)?;
    let size = size::measure(out)?;
    stamp.keep(size)?;
    Ok(size)
}

/// Puts a page into an empty bundle folder, so that the window compiles before the screens were built.
pub fn ensure_page(place: &Place) -> Result<()> {
    let page = place.bundle().join("index.html");
    if !page.exists() {
        std::fs::create_dir_all(place.bundle())?;
        std::fs::write(
            page,
            "<!doctype html><title>Rounds</title><p>Build the screens: cargo xtask build-ui</p>\n",
        )?;
    }
    Ok(())
}
