//! The data of a store as one file: what a backup holds, and why one is not made or not taken. How it is made is each
//! database's business.

use super::{StoreError, SumCheck};
use serde::Serialize;
use std::path::PathBuf;
use uuid::Uuid;

/// What data holds, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Its epoch.
    pub epoch: Uuid,
    /// The version of its schema.
    pub schema: i32,
    /// Scopes, whose sums all hold.
    pub scopes: u64,
    /// Documents.
    pub documents: u64,
    /// Their changes.
    pub changes: u64,
}

/// What a restore has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// What there is now, under its new epoch.
    pub contents: Contents,
    /// The epoch that the backup had.
    pub epoch_before: Uuid,
    /// The folder in which everything lies that was there before; none when nothing was.
    pub kept: Option<PathBuf>,
}

/// Is told how far it is, in words.
pub type Told<'a> = &'a mut dyn FnMut(String);

/// Refuses data in which a sum does not hold.
pub fn check_sums(sums: &[SumCheck]) -> Result<(), BackupError> {
    let wrong = sums.iter().find(|sum| sum.kept != sum.computed);
    wrong.map_or(Ok(()), |sum| Err(BackupError::Damaged(format!("the sum of {} does not hold", sum.scope))))
}

/// Why a backup is not made or not taken. Nothing has been touched.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something under this name already.
    #[error("{0} is there already: name a new file")]
    Exists(PathBuf),
    /// Somebody has the data open.
    #[error("the data is in use: stop the server, and whatever command works with the data")]
    InUse,
    /// Not a backup of a server's data.
    #[error("this is no backup of a server's data: {0}")]
    NotABackup(String),
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A newer program made it.
    #[error("it has schema {found} and this program knows {known}: restore it with a newer one")]
    NewerSchema {
        /// The backup's.
        found: i32,
        /// This program's.
        known: i32,
    },
    /// The database is not empty.
    #[error("the database is not empty: make a new one (createdb) and name that one")]
    NotEmpty,
    /// A program of the database is not installed.
    #[error("{0} is not installed: PostgreSQL's client programs are needed (Debian: postgresql-client)")]
    NoProgram(&'static str),
    /// A file or folder cannot be used.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// One word of a closed list, for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "exists",
            Self::InUse => "in_use",
            Self::NotABackup(_) => "not_a_backup",
            Self::Damaged(_) => "damaged",
            Self::NewerSchema { .. } => "newer_schema",
            Self::NotEmpty => "not_empty",
            Self::NoProgram(_) => "no_program",
            Self::File(..) => "file",
            Self::Store(_) => "store",
        }
    }
}
