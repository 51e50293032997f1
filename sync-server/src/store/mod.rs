//! What the server keeps, as traits by table group. Each database has a folder with mirrored files; nothing here
//! names a database. A store keeps and finds; it never judges.

pub(crate) mod accounts;
mod announce;
pub mod backup;
mod documents;
mod feed;
mod golden;
mod log;
mod moving;
pub mod postgres;
mod rows;
mod segments;
mod sessions;
pub mod sqlite;
mod values;
mod whole_file;

pub use accounts::{Account, Accounts, NewAccount};
pub use announce::{Announcer, Follower};
pub use backup::{BackupError, Contents, Restored};
pub use documents::{Documents, Happened, Held, Kept, NewState, Push, Refused, Whereabouts, Written};
pub use feed::{Feed, News, SumCheck};
pub use golden::{Imports, Staging};
pub use moving::{Move, Moved, Moves};
pub use rows::{RoutedRow, Rows};
pub use segments::{Growth, KeptManifest, Portion, Segments};
pub use sessions::{Caller, Live, NewSession, Rotated, Sessions, TokenHash, Tokens};

use crate::connectors::outbox::Outbox;
use std::pin::Pin;
use std::sync::Arc;

/// What a store answers, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Why a store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first; read again and try again.
    #[error("somebody else wrote first")]
    Conflict,
    /// The thing is there already.
    #[error("the {0} is taken")]
    Taken(&'static str),
    /// There is no such thing.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// The store cannot now: full disk, locked file, shutting down.
    #[error("the store cannot now: {0}")]
    Unavailable(String),
    /// What is kept cannot be read.
    #[error("what is kept cannot be read: {0}")]
    Damaged(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// Everything that the server keeps.
pub trait Store: Accounts + Sessions + Documents + Feed + Rows + Imports + Moves + Segments + Outbox {
    /// Answers when the store can be read.
    fn check(&self) -> Answer<'_, ()>;

    /// Says from now on which scopes' logs grew, after each commit that made one grow.
    fn announce_to(&self, follower: Arc<dyn Follower>);

    /// Finishes what was begun, and closes. Nothing can be written afterwards.
    fn close(&self) -> Answer<'_, ()>;
}
