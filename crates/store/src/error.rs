//! What can go wrong with the file, in the words of what a person can do about it.

use rusqlite::ErrorCode;

/// Why the store does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key does not fit, or the first page is damaged: without the key nobody can tell.
    #[error("the key does not open the file, or the file is damaged")]
    WrongKey,
    /// A page does not carry the right seal.
    #[error("the file is damaged")]
    Damaged,
    /// Another program holds the file.
    #[error("another program holds the file")]
    Busy,
    /// A newer version of the app wrote it.
    #[error("schema {found} is newer than {known}")]
    TooNew {
        /// Version in the file.
        found: u32,
        /// Newest version that this program knows.
        known: u32,
    },
    /// The folder cannot be used.
    #[error("the file cannot be opened: {0}")]
    Io(#[from] std::io::Error),
    /// Something else.
    #[error(transparent)]
    Sql(rusqlite::Error),
    /// A migration failed; nothing was changed.
    #[error("the file cannot be brought to this version: {0}")]
    Migration(String),
}

/// Why a batch was not written. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// A page does not carry the right seal.
    #[error("the file is damaged")]
    Damaged,
    /// Another program holds the file.
    #[error("another program holds the file")]
    Busy,
    /// A record cannot be written as JSON.
    #[error("a record cannot be encoded: {0}")]
    Encoding(#[from] serde_json::Error),
    /// Something else.
    #[error(transparent)]
    Sql(rusqlite::Error),
}

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A page does not carry the right seal, or a record is not what the schema says.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// Another program holds the file.
    #[error("another program holds the file")]
    Busy,
    /// Something else.
    #[error(transparent)]
    Sql(rusqlite::Error),
}

/// The few kinds of failure that people can act upon.
enum Cause {
    NotADatabase,
    Damaged,
    Busy,
    DiskFull,
    Other,
}

fn cause(error: &rusqlite::Error) -> Cause {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Cause::NotADatabase,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::SystemIoFailure) => Cause::Damaged,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Cause::Busy,
        Some(ErrorCode::DiskFull) => Cause::DiskFull,
        _ => Cause::Other,
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match cause(&error) {
            Cause::NotADatabase => Self::WrongKey,
            Cause::Damaged => Self::Damaged,
            Cause::Busy => Self::Busy,
            Cause::DiskFull | Cause::Other => Self::Sql(error),
        }
    }
}

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> Self {
        match cause(&error) {
            Cause::DiskFull => Self::DiskFull,
            Cause::NotADatabase | Cause::Damaged => Self::Damaged,
            Cause::Busy => Self::Busy,
            Cause::Other => Self::Sql(error),
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        match cause(&error) {
            Cause::NotADatabase | Cause::Damaged => Self::Damaged(error.to_string()),
            Cause::Busy => Self::Busy,
            Cause::DiskFull | Cause::Other => Self::Sql(error),
        }
    }
}
