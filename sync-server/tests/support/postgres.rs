//! Where the stories of this program keep their data: in a PostgreSQL that ends with it.

use sync_server::Config;

/// The database of one story.
pub struct Database(String);

impl Database {
    pub fn fresh() -> Self {
        Self(testkit::postgres::database().unwrap())
    }

    /// One that is there.
    pub fn at(address: String) -> Self {
        Self(address)
    }

    /// Settings that name it.
    pub fn config(&self) -> Config {
        let database = sync_server::config::Database::named(self.0.as_str());
        Config { database, ..Config::default() }
    }

    /// Where a backup of it is restored to: a new database.
    pub fn next(&self) -> Self {
        Self::fresh()
    }

    /// Why nothing is restored over it.
    pub fn in_the_way(&self) -> &'static str {
        "not_empty"
    }
}
