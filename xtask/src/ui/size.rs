//! How large the bundle is on the wire. The bar itself is with the command.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;

use super::assets::files_below;

/// Bytes of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// As the files lie on the disk.
    pub raw: u64,
    /// Each file compressed with brotli, quality 11.
    pub brotli: u64,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kB, {} kB after brotli", self.raw.div_ceil(1000), self.brotli.div_ceil(1000))
    }
}

/// Measures every file of the bundle, fonts and icons included.
pub fn measure(bundle: &Path) -> Result<Size> {
    let mut size = Size { raw: 0, brotli: 0 };
    for file in files_below(bundle)? {
        let bytes = fs::read(file)?;
        size.raw += bytes.len() as u64;
        size.brotli += compressed(&bytes)?;
    }
    Ok(size)
}

fn compressed(bytes: &[u8]) -> Result<u64> {
    let mut counted = Counted(0);
    brotli::BrotliCompress(&mut &*bytes, &mut counted, &BrotliEncoderParams::default())?;
    Ok(counted.0)
}

/// Counts instead of keeping.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_counts_every_file_and_compresses_each() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join("a.js"), "let a = 1;".repeat(100)).unwrap();
        fs::write(folder.path().join("icons/b.svg"), "<svg/>").unwrap();
        let size = measure(folder.path()).unwrap();
        assert_eq!(size.raw, 1006);
        assert!(size.brotli < 100);
    }
}
