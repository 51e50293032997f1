//! Bringing the schema up to date, by several servers at once if so it happens.

use crate::store::StoreError;
use deadpool_postgres::Client;

refinery::embed_migrations!("../migrations/server/postgres");

/// Tries beyond one for each migration: the table of what was applied is made at once by several servers too.
const MORE_TRIES: usize = 2;

/// Applies what is missing. Each migration and the line that says so are one transaction, and the line's version is
/// unique: of two servers that apply the same one, the second waits for the first, fails, and finds it done. So each
/// migration can make a server fail once.
pub async fn apply(client: &mut Client) -> Result<(), StoreError> {
    let mut failed = None;
    for _ in 0..migrations::runner().get_migrations().len() + MORE_TRIES {
        match migrations::runner().run_async(&mut ***client).await {
            Ok(_) => return Ok(()),
            Err(error) => failed = Some(error),
        }
    }
    Err(StoreError::Failed(failed.map(|error| explained(&error)).unwrap_or_default()))
}

/// The newest version of the schema that this program knows.
pub fn newest() -> i32 {
    let runner = migrations::runner();
    runner.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or_default()
}

/// The error with what lies behind it: "error applying migration" alone helps nobody.
fn explained(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
