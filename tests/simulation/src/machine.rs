//! A machine: a folder, and the disk that a test holds in its hand.

use anyhow::Result;
use disk::Disk;
use std::path::Path;
use tempfile::TempDir;

/// A folder with a disk of its own.
pub struct Machine {
    /// The disk.
    pub disk: Disk,
    folder: TempDir,
}

impl Machine {
    /// A new one, with nothing on it.
    pub fn new() -> Result<Self> {
        disk::install();
        let folder = TempDir::new()?;
        Ok(Self { disk: Disk::of(folder.path()), folder })
    }

    /// Where its data is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A new one with everything that is on this one.
    pub fn copied(&self) -> Result<Self> {
        let copy = Self::new()?;
        self.copy_over(&copy)?;
        Ok(copy)
    }

    /// Everything that is on this one comes onto another one.
    pub fn copy_over(&self, other: &Self) -> Result<()> {
        for file in std::fs::read_dir(self.folder())? {
            let file = file?;
            std::fs::copy(file.path(), other.folder().join(file.file_name()))?;
        }
        self.disk.copy_to(other.folder());
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        Disk::forget(self.folder.path());
    }
}
