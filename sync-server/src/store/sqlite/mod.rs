//! The embedded store: SQLite. One file per table group, with its SQL, its row shapes and its functions; here is how
//! they are reached: one writer with group commit, a few readers.

mod accounts;
mod activity;
pub mod backup;
mod connectors;
mod documents;
mod feed;
mod following;
mod golden;
mod lock;
mod log;
mod moving;
mod outbox;
mod placing;
mod projections;
mod readers;
pub mod restore;
mod rows;
mod segments;
mod sessions;
mod sound;
mod values;
mod writer;

use super::{Announcer, Answer, Follower, Store, StoreError};
use lock::Lock;
use log::Growth;
use readers::Readers;
use rusqlite::{Connection, Transaction};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use writer::Writer;

refinery::embed_migrations!("../migrations/server/sqlite");

/// How many requests read at once.
const READERS: usize = 4;
const BUSY: Duration = Duration::from_secs(10);

/// The embedded store.
pub struct Sqlite {
    file: PathBuf,
    writer: Writer,
    readers: Arc<Readers>,
    announcer: Announcer,
    lock: Mutex<Option<Lock>>,
}

impl Sqlite {
    /// Opens the file, and brings its schema up to date. Waits: not for the threads that serve requests.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let lock = Lock::together(file)?;
        let mut connection = connect(file)?;
        migrations::runner().run(&mut connection).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let readers = (0..READERS).map(|_| connect(file)).collect::<Result<_, _>>()?;
        let readers = Arc::new(Readers::new(readers));
        let announcer = Announcer::default();
        let growth = Growth::of(&connection, announcer.clone())?;
        let (file, writer, lock) =
            (file.to_owned(), Writer::start(connection, growth)?, Mutex::new(Some(lock)));
        Ok(Self { file, writer, readers, announcer, lock })
    }

    /// Runs work that writes. It is durable when this answers, or has left no trace.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Runs work that reads, on one consistent state.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.read(work).await
    }
}

impl Store for Sqlite {
    fn check(&self) -> Answer<'_, ()> {
        Box::pin(self.read(|db| Ok(db.query_row("SELECT count(*) FROM epoch", [], |_| Ok(()))?)))
    }

    fn announce_to(&self, follower: Arc<dyn Follower>) {
        self.announcer.tell(follower);
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            let closed = self.writer.close().await;
            self.readers.close().await;
            // No connection is left: other data may be put in the place of this.
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
            closed
        })
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, NotADatabase};
        match error.sqlite_error_code() {
            Some(DiskFull | DatabaseBusy | DatabaseLocked | CannotOpen) => {
                Self::Unavailable(error.to_string())
            }
            Some(NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
