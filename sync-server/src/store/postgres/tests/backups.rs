//! Dumps that this program must not restore.

use super::{follow_up, push, store, territory};
use crate::store::postgres::{Postgres, Settings, backup::backup, restore::restore};
use crate::store::{BackupError, Documents};
use tempfile::TempDir;
use uuid::Uuid;

async fn restored(store: &Postgres, folder: &TempDir, name: &str) -> Result<(), BackupError> {
    let file = folder.path().join(name);
    backup(&store.settings, &file, &mut |_| {}).await?;
    let empty = Settings::of(testkit::postgres::database().unwrap(), 2);
    restore(&empty, &file, Uuid::from_u128(7)).await.map(drop)
}

#[tokio::test]
async fn a_dump_of_a_newer_program_and_data_that_is_not_true_are_refused() {
    let (store, folder) = (store(2).await, TempDir::new().unwrap());
    store.push(push(vec![follow_up(1, vec![territory(1)])])).await.unwrap();
    restored(&store, &folder, "good").await.unwrap();
    let client = store.client().await.unwrap();
    let later = "INSERT INTO refinery_schema_history SELECT 999, 'later', applied_on, checksum
                 FROM refinery_schema_history LIMIT 1";
    client.batch_execute(later).await.unwrap();
    assert_eq!(restored(&store, &folder, "newer").await.unwrap_err().code(), "newer_schema");
    client.batch_execute("UPDATE scope SET sum = sum + 1").await.unwrap();
    assert_eq!(restored(&store, &folder, "untrue").await.unwrap_err().code(), "damaged");
    assert!(!folder.path().join("untrue").exists(), "what is not checked has no name");
}
