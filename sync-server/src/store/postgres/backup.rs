//! A PostgreSQL as one file, by `pg_dump`, while servers go on: one state of the data, whose sums were checked in the
//! very snapshot that is dumped, and which was read back to its end before it is called a backup.

use super::connection::{Settings, pool, query, query_opt};
use super::feed;
use super::programs::Program;
use super::values::{count, damaged};
use crate::store::StoreError;
use crate::store::backup::{BackupError, Contents, Told, check_sums};
use crate::store::whole_file::{WholeFile, refuse_existing};
use deadpool_postgres::Transaction;
use std::ffi::OsString;
use std::path::Path;
use tokio_postgres::IsolationLevel;

/// Dumps the database to a new file. Says what the file holds.
pub async fn backup(settings: &Settings, to: &Path, told: Told<'_>) -> Result<Contents, BackupError> {
    refuse_existing(to)?;
    let pool = pool(settings)?;
    let mut client = pool.get().await.map_err(StoreError::from)?;
    let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
    let db = reading.read_only(true).start().await.map_err(StoreError::from)?;
    let contents = check(&db).await?;
    told("the sums hold; now it is dumped".to_owned());
    let dump = WholeFile::begin(to)?;
    let dumping = dumping(settings, &snapshot(&db).await?, dump.path())?;
    dumping.run().await?.map_err(StoreError::Failed)?;
    told("dumped; now the dump is read".to_owned());
    reading_back(dump.path()).run().await?.map_err(StoreError::Failed)?;
    dump.finish()?;
    Ok(contents)
}

/// Every sum holds.
pub async fn check(db: &Transaction<'_>) -> Result<Contents, BackupError> {
    let sums = feed::sums(db).await?;
    check_sums(&sums)?;
    Ok(contents(db, sums.len()).await?)
}

async fn contents(db: &Transaction<'_>, scopes: usize) -> Result<Contents, StoreError> {
    let sql = "SELECT (SELECT id FROM epoch), (SELECT max(version) FROM refinery_schema_history),
                      (SELECT count(*) FROM document), (SELECT count(*) FROM change)";
    let row = query_opt(db, sql, &[]).await?.ok_or_else(|| damaged("there is no epoch"))?;
    Ok(Contents {
        epoch: row.try_get(0)?,
        schema: row.try_get(1)?,
        scopes: scopes as u64,
        documents: count(&row, 2)?,
        changes: count(&row, 3)?,
    })
}

/// The name under which others may read what this transaction sees. It waits for them, for as long as they need.
async fn snapshot(db: &Transaction<'_>) -> Result<String, StoreError> {
    db.batch_execute("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    let rows = query(db, "SELECT pg_export_snapshot()", &[]).await?;
    let row = rows.first().ok_or_else(|| damaged("there is no snapshot"))?;
    Ok(row.try_get(0)?)
}

fn dumping(settings: &Settings, snapshot: &str, to: &Path) -> Result<Program, StoreError> {
    let dump = Program::of_database("pg_dump", settings)?;
    let dump = dump.with("--format=custom").with("--no-owner").with("--no-privileges");
    Ok(dump.with(format!("--snapshot={snapshot}")).with(file_argument(to)))
}

/// Unpacks all of it to nowhere.
fn reading_back(file: &Path) -> Program {
    Program::of_files("pg_restore").with("--file=/dev/null").with(file)
}

fn file_argument(file: &Path) -> OsString {
    let mut argument = OsString::from("--file=");
    argument.push(file);
    argument
}
