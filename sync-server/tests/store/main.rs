//! What every store must do, told once and run on each database: here on SQLite, in `on_postgres` on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../support/sqlite.rs"]
mod database;
mod stories;

use sync_server::store::sqlite::Sqlite;
use tempfile::TempDir;

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("store.db");
    let text = "a letter to the doctor ".repeat(400);
    std::fs::write(&file, &text).unwrap();
    assert!(Sqlite::open(&file).is_err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
