//! What the last bundle was made of, so that a second build of the same screens takes no time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::bundle::{Request, hex};
use super::size::Size;
use crate::place::Place;

/// The inputs of a bundle, remembered beside the compiler's files.
pub struct Stamp {
    file: PathBuf,
    page: PathBuf,
    inputs: String,
}

impl Stamp {
    /// Hashes everything that the bundle is made of.
    pub fn of(place: &Place, request: &Request, out: &Path) -> Result<Self> {
        let inputs = format!("{} {}", fingerprint(request)?, out.display());
        Ok(Self { file: place.wasm_target().join("bundle.stamp"), page: out.join("index.html"), inputs })
    }

    /// The size of the bundle if it is still there and made of the same inputs.
    pub fn recall(&self) -> Option<Size> {
        let text = fs::read_to_string(&self.file).ok().filter(|_| self.page.exists())?;
        let (sizes, inputs) = text.split_once('\n')?;
        let (raw, brotli) = sizes.split_once(' ')?;
        (inputs == self.inputs).then_some(Size { raw: raw.parse().ok()?, brotli: brotli.parse().ok()? })
    }

    /// Remembers the bundle that was just written.
    pub fn keep(&self, size: Size) -> Result<()> {
        fs::write(&self.file, format!("{} {}\n{}", size.raw, size.brotli, self.inputs))?;
        Ok(())
    }
}

fn fingerprint(request: &Request) -> Result<String> {
    let mut hash = Sha256::new();
    // The way a bundle is written is an input too.
    hash.update(include_bytes!("bundle.rs"));
    hash.update([u8::from(request.release)]);
    hash.update(fs::read(&request.wasm)?);
    hash.update(&request.sources.page);
    hash.update(&request.sources.styles);
    for asset in request.sources.fonts.iter().chain(&request.sources.brand) {
        hash.update(&asset.name);
        hash.update(&asset.bytes);
    }
    Ok(hex(&hash.finalize()))
}
