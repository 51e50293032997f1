//! The demo company in a real store.

use super::*;
use crate::store::sqlite::Sqlite;
use crate::store::{Accounts, Feed};
use sync::ScopeId;
use tempfile::TempDir;

#[tokio::test]
async fn a_demo_company_is_loaded_once_and_its_sums_hold() {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(&folder.path().join("demo.db")).unwrap();
    let now = Instant::from_timestamp(1_795_435_200, 0).unwrap();

    let loaded = load(&store, "$argon2id$", now).await.unwrap();

    assert!(loaded.accounts > 50 && loaded.rows > 10_000 && loaded.documents > 4_000, "{loaded:?}");
    let sums = store.check_sums().await.unwrap();
    assert!(sums.len() > 30 && sums.iter().all(|sum| sum.kept == sum.computed));
    let (jan, _) = store.account("jan.reuter".into()).await.unwrap().unwrap();
    let territory = jan.territory.unwrap().id;
    let own = ScopeId::Territory(territory, domain::people::Audience::Commercial);
    assert!(!store.news(vec![(own, 0)], 1_000).await.unwrap().entries.is_empty());
    assert!(matches!(load(&store, "", now).await, Err(NoDemo::NotEmpty)));
}
