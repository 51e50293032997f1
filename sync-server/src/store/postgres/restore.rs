//! A backup in an empty PostgreSQL, by `pg_restore`, under a new epoch. What there was before is in its own database, and
//! stays there.

use super::connection::{Settings, pool, query};
use super::programs::{Program, address, database};
use super::{Postgres, backup, migrations};
use crate::store::backup::{BackupError, Restored};
use crate::store::{Feed, StoreError};
use std::path::Path;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

/// The table of the schema's versions.
const HISTORY: &str = "refinery_schema_history";

/// Fills an empty database with a backup: all of it or nothing.
pub async fn restore(settings: &Settings, from: &Path, epoch: Uuid) -> Result<Restored, BackupError> {
    check_schema(from).await?;
    check_empty(settings).await?;
    fill(settings, from).await?;
    let store = Postgres::open(settings).await?;
    let epoch_before = store.epoch().await?;
    store.renew_epoch(epoch).await?;
    let mut client = store.client().await?;
    let reading = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
    let db = reading.read_only(true).start().await.map_err(StoreError::from)?;
    let contents = backup::check(&db).await?;
    Ok(Restored { contents, epoch_before, kept: None })
}

/// The file is a dump of a server's data, and its schema is none that this program does not know.
async fn check_schema(from: &Path) -> Result<(), BackupError> {
    std::fs::metadata(from).map_err(|error| BackupError::File(from.to_owned(), error))?;
    let listed = Program::of_files("pg_restore").with("--list").with(from);
    listed.run().await?.map_err(BackupError::NotABackup)?;
    let history = Program::of_files("pg_restore").with("--data-only").with(format!("--table={HISTORY}"));
    let history = history.with("--file=-").with(from).run().await?.map_err(BackupError::Damaged)?;
    let found = newest(&history).ok_or_else(|| BackupError::NotABackup("it has no schema".into()))?;
    let known = migrations::newest();
    if found > known { Err(BackupError::NewerSchema { found, known }) } else { Ok(()) }
}

/// The newest version in the rows of the history: the first column of what stands between `COPY` and `\.`.
fn newest(history: &str) -> Option<i32> {
    let rows = history.lines().skip_while(|line| !line.starts_with("COPY ")).skip(1);
    let versions = rows.take_while(|line| *line != "\\.").filter_map(|row| row.split('\t').next());
    versions.filter_map(|version| version.parse().ok()).max()
}

async fn check_empty(settings: &Settings) -> Result<(), BackupError> {
    let pool = pool(settings)?;
    let client = pool.get().await.map_err(StoreError::from)?;
    let sql = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1";
    let found = query(&client, sql, &[]).await?;
    if found.is_empty() { Ok(()) } else { Err(BackupError::NotEmpty) }
}

async fn fill(settings: &Settings, from: &Path) -> Result<(), BackupError> {
    // A database's name alone is no secret; all else comes by the environment.
    let name = format!("--dbname={}", database(&address(settings)?));
    let fill = Program::of_database("pg_restore", settings)?.with(name);
    let fill = fill.with("--single-transaction").with("--exit-on-error").with("--no-owner");
    fill.with("--no-privileges").with(from).run().await?.map(drop).map_err(BackupError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_version_is_read_from_the_rows_of_the_history() {
        let dump = "SET x = 1;\nCOPY public.refinery_schema_history (version, name) FROM stdin;\n\
                    1\tbase\n12\tlast\n3\tmore\n\\.\n99\tnot a row\n";
        assert_eq!(newest(dump), Some(12));
        assert_eq!(newest("SET x = 1;\n"), None);
    }
}
