//! The embedded database as one file that is whole by itself: copied while the server serves, and checked before it is
//! called a backup.

use super::lock::Lock;
use super::sound;
use super::values::count;
use crate::store::StoreError;
use crate::store::backup::{BackupError, Contents, Told};
use crate::store::whole_file::{WholeFile, refuse_existing};
use rusqlite::backup::{Backup, Progress, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Pages copied between two looks at how far it is: 16 MiB.
const STEP: i32 = 4096;
const MIB: u64 = 1024 * 1024;

/// Copies a database to a new file. Says what the copy holds.
pub fn backup(database: &Path, to: &Path, told: Told<'_>) -> Result<Contents, BackupError> {
    refuse_existing(to)?;
    let _open = Lock::together(database)?;
    let copy = WholeFile::begin(to)?;
    copy_pages(database, copy.path(), STEP, told)?;
    told("copied; now the copy is checked".to_owned());
    let contents = sound::check(&mut sound::open(copy.path())?)?;
    copy.finish()?;
    Ok(contents)
}

/// One state of the data, as it is now: a reader's snapshot is held meanwhile, so that writers go on and never make the
/// copy begin again.
pub fn copy_pages(database: &Path, to: &Path, step: i32, told: Told<'_>) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(database, flags).map_err(StoreError::from)?;
    let snapshot = source.unchecked_transaction().map_err(StoreError::from)?;
    snapshot.query_row("SELECT id FROM epoch", [], |_| Ok(())).map_err(StoreError::from)?;
    let page = snapshot.query_row("PRAGMA page_size", [], |row| count(row, 0)).map_err(StoreError::from)?;
    let mut copy = sound::open(to)?;
    let copying = Backup::new(&snapshot, &mut copy).map_err(StoreError::from)?;
    while copying.step(step).map_err(StoreError::from)? != StepResult::Done {
        told(how_far(copying.progress(), page));
    }
    drop(copying);
    sound::fold(&copy)
}

fn how_far(progress: Progress, page: u64) -> String {
    let mib = |pages: i32| u64::from(pages.unsigned_abs()).saturating_mul(page) / MIB;
    let done = progress.pagecount.saturating_sub(progress.remaining);
    format!("{} of {} MiB", mib(done), mib(progress.pagecount))
}
