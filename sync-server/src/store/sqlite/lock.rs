//! Who has the data open: everybody who works with it together, or one alone who puts other data in its place.

use super::super::{BackupError, StoreError};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held for as long as the data is open. The operating system lets go of it when the program ends, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// With all others who work with it; not while somebody puts other data in its place.
    pub fn together(database: &Path) -> Result<Self, StoreError> {
        let cannot = |why: String| StoreError::Unavailable(format!("the data cannot be locked: {why}"));
        let file = open(database).map_err(|error| cannot(error.to_string()))?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(StoreError::Unavailable("other data is being put in its place".into()))
            }
            Err(TryLockError::Error(error)) => Err(cannot(error.to_string())),
        }
    }

    /// Alone.
    pub fn alone(database: &Path) -> Result<Self, BackupError> {
        let unusable = |error| BackupError::File(database.with_extension("lock"), error);
        let file = open(database).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(BackupError::InUse),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

fn open(database: &Path) -> std::io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(database.with_extension("lock"))
}
