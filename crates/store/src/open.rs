//! Opening the file: one connection that writes, a few that read.

use crate::batch::Batch;
use crate::error::{CommitError, OpenError, ReadError};
use crate::{Key, Reader, documents, feed, meta, outbox, schema};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a connection waits for another one's lock before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);
/// Memory for pages, in SQLite's way: so many KiB. The second is for the time in which a piece of a first copy is
/// written.
const CACHE: i32 = -8_000;
const PIECE_CACHE: i32 = -64_000;
/// Readers that are kept open while nobody reads.
const IDLE_READERS: usize = 3;

/// Pages of the log before it is folded into the file, 16 MB. Whoever saves then waits for it: one in about four hundred
/// edits, where SQLite's own 1,000 pages would be one in a hundred.
const LONGEST_LOG: u32 = 4_000;

/// The store of one device.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    key: Key,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Held for as long as the store is open: one program per file.
    _lock: std::fs::File,
}

impl Store {
    /// Opens the file with its key, or makes it, and brings it to the newest schema.
    pub fn open(path: &Path, key: &Key) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let mut writer =
            connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG)?;
        // What is deleted is overwritten: nothing of what left the device stays on free pages.
        writer.pragma_update(None, "secure_delete", true)?;
        schema::migrate(&mut writer)?;
        let (path, key) = (path.to_owned(), key.clone());
        Ok(Self { path, key, writer: Mutex::new(writer), readers: Mutex::default(), _lock: lock })
    }

    /// Writes a batch. When this returns without an error it is on the disk; otherwise nothing of it is.
    pub fn commit(&self, batch: &Batch) -> Result<(), CommitError> {
        let mut writer = held(&self.writer);
        if batch.piece.is_none() {
            return write(&mut writer, batch);
        }
        // Thousands of documents touch most pages of the file: each that does not fit in memory is encrypted many times.
        writer.pragma_update(None, "cache_size", PIECE_CACHE)?;
        let written = write(&mut writer, batch);
        writer.pragma_update(None, "cache_size", CACHE)?;
        written
    }

    /// Reads one consistent state. Through the writer's connection while nobody writes: its pages stay in memory
    /// over its own commits, while every other connection must read and decrypt them anew.
    pub fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>) -> Result<T, ReadError> {
        if let Ok(mut writer) = self.writer.try_lock() {
            return read_through(&mut writer, read);
        }
        let mut connection = self.reader()?;
        let found = read_through(&mut connection, read);
        self.put_back(connection);
        found
    }

    fn reader(&self) -> Result<Connection, ReadError> {
        if let Some(idle) = held(&self.readers).pop() {
            return Ok(idle);
        }
        Ok(connect(&self.path, &self.key, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
    }

    fn put_back(&self, connection: Connection) {
        let mut readers = held(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
    }
}

fn write(writer: &mut Connection, batch: &Batch) -> Result<(), CommitError> {
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    documents::write(&tx, &batch.documents)?;
    outbox::write(&tx, &batch.own)?;
    outbox::decide(&tx, &batch.decisions)?;
    outbox::retry(&tx, &batch.retried)?;
    documents::note(&tx, &batch.findings)?;
    if let Some(before) = batch.forget_before {
        outbox::forget_before(&tx, before)?;
    }
    let has_left = feed::write(&tx, batch)?;
    meta::write(&tx, &batch.settings)?;
    tx.commit()?;
    if has_left {
        fold_log(writer);
    }
    Ok(())
}

fn read_through<T>(
    connection: &mut Connection,
    read: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let tx = connection.transaction()?;
    read(&Reader::over(&tx))
}

fn connect(path: &Path, key: &Key, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "key", key.literal().as_str())?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// Brings the log into the file and empties it, so that what has left stands in neither. Readers may be in the way; then
/// the next time does it.
fn fold_log(writer: &Connection) {
    drop(writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
}

fn lock(path: &Path) -> Result<std::fs::File, OpenError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let lock = std::fs::File::create(path.with_extension("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::Busy),
        Err(std::fs::TryLockError::Error(error)) => Err(OpenError::Io(error)),
    }
}

/// A writer that panicked left no half-written transaction behind: SQLite rolled it back.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl Store {
    /// Runs a statement that no batch can express.
    pub(crate) fn execute_for_test(&self, sql: &str) {
        held(&self.writer).execute_batch(sql).unwrap();
    }

    /// Whether a word stands in what the search index keeps, used or not.
    pub(crate) fn index_keeps_for_test(&self, word: &str) -> bool {
        let sql = "SELECT 1 FROM hcp_search_data WHERE instr(block, CAST(?1 AS BLOB)) > 0";
        held(&self.writer).prepare(sql).unwrap().exists([word]).unwrap()
    }

    /// From now on the file may hardly grow, as on a full disk.
    pub(crate) fn limit_pages_for_test(&self) {
        let pages: i64 = held(&self.writer).pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        self.execute_for_test(&format!("PRAGMA max_page_count = {}", pages + 2));
    }
}
