//! A backup in the place of the embedded database, under a new epoch. Whatever can be refused is refused before anything
//! is moved, and what was there is kept.

use super::lock::Lock;
use super::sound;
use crate::store::StoreError;
use crate::store::backup::{BackupError, Contents, Restored};
use crate::store::whole_file::{WholeFile, folder_of, sync_folder};
use rusqlite::params;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What SQLite keeps beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Puts a backup in the place of a database. What was there is moved into a folder of the name `aside` beside it.
pub fn restore(backup: &Path, database: &Path, epoch: Uuid, aside: &str) -> Result<Restored, BackupError> {
    let folder = folder_of(database);
    fs::create_dir_all(folder).map_err(unusable(folder))?;
    let _alone = Lock::alone(database)?;
    let copy = WholeFile::begin(database)?;
    take(backup, copy.path())?;
    let (contents, epoch_before) = made_ready(copy.path(), epoch)?;
    let kept = put_aside(database, &folder.join(aside))?;
    copy.finish()?;
    Ok(Restored { contents, epoch_before, kept })
}

/// Copies the bytes. The backup itself is never opened as a database: that may write to it.
fn take(backup: &Path, to: &Path) -> Result<(), BackupError> {
    let log = with_suffix(backup, "-wal");
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        let why = format!("{} holds what is not in it yet", log.display());
        return Err(BackupError::NotABackup(why));
    }
    let mut from = File::open(backup).map_err(unusable(backup))?;
    let mut copy = File::create(to).map_err(unusable(to))?;
    io::copy(&mut from, &mut copy).map_err(unusable(backup))?;
    Ok(())
}

/// Checks the copy, brings its schema up to date, and gives it its new epoch. Answers the old one too.
fn made_ready(copy: &Path, epoch: Uuid) -> Result<(Contents, Uuid), BackupError> {
    let mut connection = sound::open(copy)?;
    sound::check_pages(&connection)?;
    sound::fold(&connection)?;
    sound::check_schema(&mut connection)?;
    let before = sound::check(&mut connection)?;
    connection.execute("UPDATE epoch SET id = ?1", params![epoch.into_bytes()]).map_err(StoreError::from)?;
    Ok((Contents { epoch, ..before }, before.epoch))
}

/// Moves the database and what lies beside it. The database goes first: without it nobody takes its log for another
/// one's, and a restore that was cut off here can be repeated.
fn put_aside(database: &Path, aside: &Path) -> Result<Option<PathBuf>, BackupError> {
    let beside = BESIDE.iter().map(|suffix| with_suffix(database, suffix));
    let files: Vec<PathBuf> = [database.to_owned()].into_iter().chain(beside).collect();
    let there: Vec<&PathBuf> = files.iter().filter(|file| file.exists()).collect();
    if there.is_empty() {
        return Ok(None);
    }
    fs::create_dir(aside).map_err(unusable(aside))?;
    for file in there {
        let name = file.file_name().unwrap_or_default();
        fs::rename(file, aside.join(name)).map_err(unusable(file))?;
    }
    sync_folder(aside)?;
    sync_folder(folder_of(database))?;
    Ok(Some(aside.to_owned()))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}

fn unusable(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    |error| BackupError::File(path, error)
}
