//! A file that is there whole or not at all, and never in the place of another one.

use super::BackupError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is being written under another name, readable by its owner alone. It goes when it is not finished.
pub struct WholeFile {
    unfinished: NamedTempFile,
    to: PathBuf,
}

impl WholeFile {
    /// Begins a file that is to have this name.
    pub fn begin(to: &Path) -> Result<Self, BackupError> {
        let folder = folder_of(to);
        let unfinished = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(folder);
        let unfinished = unfinished.map_err(|error| BackupError::File(folder.to_owned(), error))?;
        Ok(Self { unfinished, to: to.to_owned() })
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        self.unfinished.path()
    }

    /// Makes it durable and gives it its name, unless something has that name.
    pub fn finish(self) -> Result<(), BackupError> {
        let Self { unfinished, to } = self;
        // What others wrote to the file by its name is synced with it.
        unfinished.as_file().sync_all().map_err(|error| BackupError::File(to.clone(), error))?;
        unfinished.persist_noclobber(&to).map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(to.clone()),
            _ => BackupError::File(to.clone(), failed.error),
        })?;
        sync_folder(folder_of(&to))
    }
}

/// Refuses a name that something has.
pub fn refuse_existing(file: &Path) -> Result<(), BackupError> {
    match fs::symlink_metadata(file) {
        Ok(_) => Err(BackupError::Exists(file.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::File(file.to_owned(), error)),
    }
}

/// Makes durable which files a folder has.
pub fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| BackupError::File(folder.to_owned(), error))
}

/// The folder in which a file lies.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
