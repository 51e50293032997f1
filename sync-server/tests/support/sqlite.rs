//! Where the stories of this program keep their data: in SQLite.

use std::sync::Arc;
use sync_server::Config;
use tempfile::TempDir;

/// The database of one story.
#[derive(Clone)]
pub struct Database(Arc<TempDir>);

impl Database {
    pub fn fresh() -> Self {
        Self(Arc::new(TempDir::new().unwrap()))
    }

    /// Settings that name it.
    pub fn config(&self) -> Config {
        Config { data: self.0.path().to_owned(), ..Config::default() }
    }

    /// Where a backup of it is restored to: the same place, because what is there is kept.
    #[allow(dead_code, reason = "not every program of tests restores")]
    pub fn next(&self) -> Self {
        self.clone()
    }

    /// Why nothing is restored over it while a server runs on it.
    #[allow(dead_code, reason = "not every program of tests restores")]
    pub fn in_the_way(&self) -> &'static str {
        "in_use"
    }
}
