//! Where the stories of this program keep their data: in SQLite.

use sync_server::Config;
use tempfile::TempDir;

/// The database of one story.
pub struct Database(TempDir);

impl Database {
    pub fn fresh() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Settings that name it.
    pub fn config(&self) -> Config {
        Config { data: self.0.path().to_owned(), ..Config::default() }
    }
}
