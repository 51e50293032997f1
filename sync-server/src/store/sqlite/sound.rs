//! Whether a file that nobody else has open is the data of a server, whole and true.

use super::values::{count, id};
use super::{feed, migrations};
use crate::store::StoreError;
use crate::store::backup::{BackupError, Contents, check_sums};
use refinery::Migration;
use rusqlite::{Connection, ErrorCode, Transaction};
use std::path::Path;

/// Opens the file.
pub fn open(file: &Path) -> Result<Connection, BackupError> {
    let connection = Connection::open(file).map_err(StoreError::from)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(StoreError::from)?;
    Ok(connection)
}

/// Brings what lies in a log beside the file into it.
pub fn fold(connection: &Connection) -> Result<(), BackupError> {
    let set = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0));
    match set.map_err(|error| unreadable(&error))?.as_str() {
        "delete" => Ok(()),
        mode => Err(BackupError::Damaged(format!("its log stays beside it ({mode})"))),
    }
}

/// Every page is where it should be, no row names a row that is not there, and the sum of every scope holds.
pub fn check(connection: &mut Connection) -> Result<Contents, BackupError> {
    check_pages(connection)?;
    let db = connection.transaction().map_err(StoreError::from)?;
    let sums = feed::sums(&db)?;
    check_sums(&sums)?;
    Ok(contents(&db, sums.len()).map_err(StoreError::from)?)
}

/// Every page is where it should be, and no row names a row that is not there.
pub fn check_pages(connection: &Connection) -> Result<(), BackupError> {
    let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match said.map_err(|error| unreadable(&error))? {
        said if said == "ok" => {}
        said => return Err(BackupError::Damaged(said)),
    }
    let lost = connection.prepare("PRAGMA foreign_key_check").and_then(|mut check| check.exists([]));
    match lost.map_err(|error| unreadable(&error))? {
        true => Err(BackupError::Damaged("rows name rows that are not there".into())),
        false => Ok(()),
    }
}

/// The schema is this program's, or becomes it.
pub fn check_schema(connection: &mut Connection) -> Result<(), BackupError> {
    let runner = migrations::runner();
    let foreign = |error: refinery::Error| BackupError::NotABackup(error.to_string());
    let applied = runner.get_applied_migrations(connection).map_err(foreign)?;
    let newest = |migrations: &[Migration]| migrations.iter().map(Migration::version).max();
    let found = newest(&applied).ok_or_else(|| BackupError::NotABackup("it has no schema".into()))?;
    let known = newest(runner.get_migrations()).unwrap_or_default();
    if found > known {
        return Err(BackupError::NewerSchema { found, known });
    }
    runner.run(connection).map(drop).map_err(foreign)
}

fn contents(db: &Transaction<'_>, scopes: usize) -> rusqlite::Result<Contents> {
    let number = |sql: &str| db.query_row(sql, [], |row| count(row, 0));
    Ok(Contents {
        epoch: db.query_row("SELECT id FROM epoch", [], |row| id(row, 0))?,
        schema: db.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0))?,
        scopes: scopes as u64,
        documents: number("SELECT count(*) FROM document")?,
        changes: number("SELECT count(*) FROM change")?,
    })
}

/// What cannot be read of a file that was given to us is the file's fault.
fn unreadable(error: &rusqlite::Error) -> BackupError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => BackupError::NotABackup("the file is no database".into()),
        _ => BackupError::Damaged(error.to_string()),
    }
}
