//! What every store must do, told once and run on each database.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod stories;

use sync_server::store::Store;
use sync_server::store::sqlite::Sqlite;
use tempfile::TempDir;

#[tokio::test]
async fn sqlite_does_all_of_it() {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(&folder.path().join("store.db")).unwrap();
    stories::check(&store).await;
    store.close().await.unwrap();
    assert!(store.is_closed_to_writing().await);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("store.db");
    let text = "a letter to the doctor ".repeat(400);
    std::fs::write(&file, &text).unwrap();
    assert!(Sqlite::open(&file).is_err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

/// What a closed store answers.
trait Closed {
    async fn is_closed_to_writing(&self) -> bool;
}

impl Closed for Sqlite {
    async fn is_closed_to_writing(&self) -> bool {
        use sync_server::store::{Sessions, StoreError};
        let ended = self.end_session(uuid::Uuid::nil(), domain::Instant::UNIX_EPOCH).await;
        matches!(ended, Err(StoreError::Unavailable(_)))
    }
}
