//! What only a file can get wrong: a copy while somebody writes, what lies beside a database, who has it open.

use super::backup::{backup, copy_pages};
use super::restore::restore;
use super::{Sqlite, sound};
use crate::store::{Feed, Store};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(7);

/// An empty store that was closed, and a backup of it.
async fn backed_up() -> (TempDir, PathBuf, PathBuf) {
    let folder = TempDir::new().unwrap();
    let (database, copy) = (folder.path().join("rounds-server.db"), folder.path().join("copy"));
    Sqlite::open(&database).unwrap().close().await.unwrap();
    backup(&database, &copy, &mut |_| {}).unwrap();
    (folder, database, copy)
}

fn change(file: &Path, sql: &str) {
    Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

fn restored(copy: &Path, database: &Path) -> Result<super::super::Restored, &'static str> {
    restore(copy, database, EPOCH, "before").map_err(|error| error.code())
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn writers_who_go_on_neither_stop_a_copy_nor_get_into_it() {
    let (folder, database, _) = backed_up().await;
    change(&database, "CREATE TABLE filler AS SELECT randomblob(4000) AS a FROM (VALUES (1), (2), (3), (4))");
    let writer = Connection::open(&database).unwrap();
    let (copy, mut steps) = (folder.path().join("slow"), 0);
    copy_pages(&database, &copy, 1, &mut |_| {
        steps += 1;
        writer.execute("INSERT INTO filler VALUES (randomblob(9000))", []).unwrap();
    })
    .unwrap();
    let rows = |file: &Path| {
        let connection = Connection::open(file).unwrap();
        connection.query_row("SELECT count(*) FROM filler", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert!(steps > 5, "{steps} steps");
    assert_eq!((rows(&copy), rows(&database)), (4, 4 + steps), "the state at its beginning");
    assert!(sound::check(&mut sound::open(&copy).unwrap()).is_ok());
}

#[tokio::test]
async fn a_backup_is_one_file_that_only_its_owner_can_read() {
    let (folder, ..) = backed_up().await;
    assert_eq!(names(folder.path()), ["copy", "rounds-server.db", "rounds-server.lock"]);
    let mode = std::fs::metadata(folder.path().join("copy")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn what_was_there_is_kept_with_its_log_and_can_be_worked_with() {
    let (folder, database, copy) = backed_up().await;
    // A server that was killed: what it committed last lies in the log.
    let killed = Connection::open(&database).unwrap();
    killed.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE last (a)").unwrap();
    std::mem::forget(killed);

    let done = restored(&copy, &database).unwrap();

    let kept = folder.path().join("before");
    assert_eq!((done.kept.as_ref(), done.contents.epoch), (Some(&kept), EPOCH));
    assert!(names(&kept).contains(&"rounds-server.db-wal".to_owned()));
    change(&kept.join("rounds-server.db"), "DROP TABLE last");
    assert!(!database.with_extension("db-wal").exists());
    let store = Sqlite::open(&database).unwrap();
    assert_eq!(store.epoch().await.unwrap(), EPOCH);
    assert_ne!(done.epoch_before, EPOCH);
}

#[tokio::test]
async fn data_that_somebody_has_open_is_not_replaced() {
    let (_folder, database, copy) = backed_up().await;
    let store = Sqlite::open(&database).unwrap();
    assert_eq!(restored(&copy, &database), Err("in_use"));
    store.close().await.unwrap();
    assert!(restored(&copy, &database).is_ok());
}

#[tokio::test]
async fn a_backup_of_a_newer_program_is_refused_and_nothing_is_touched() {
    let (folder, database, copy) = backed_up().await;
    change(
        &copy,
        "INSERT INTO refinery_schema_history SELECT 999, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1",
    );
    let before = (names(folder.path()), std::fs::read(&database).unwrap());
    assert_eq!(restored(&copy, &database), Err("newer_schema"));
    assert_eq!((names(folder.path()), std::fs::read(&database).unwrap()), before);
}

#[tokio::test]
async fn what_is_damaged_or_not_true_or_not_ours_is_refused() {
    let (folder, database, copy) = backed_up().await;
    change(&copy, "INSERT INTO scope (id, head, sum) VALUES ('c:DE', 1, randomblob(16))");
    assert_eq!(restored(&copy, &database), Err("damaged"), "a sum does not hold");
    let other = folder.path().join("other");
    change(&other, "CREATE TABLE letters (a)");
    assert_eq!(restored(&other, &database), Err("not_a_backup"));
    let logged = folder.path().join("copy-wal");
    std::fs::write(logged, b"more").unwrap();
    assert_eq!(restored(&copy, &database), Err("not_a_backup"), "its log holds more");
}
