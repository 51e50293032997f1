//! The store for many servers at once: PostgreSQL. One file per table group, mirrored to `sqlite`. Here is how they are
//! reached: a pool of connections, statements that are prepared once per connection, writes in batches.
//!
//! No serial, timestamp or notification orders anything here, and nothing locks but rows: what is true is what was
//! committed. Rows are locked in one order (documents, activity, queues, reference rows, and LAST the scopes, each
//! group sorted), so that transactions wait for each other and do not block each other for good.

mod accounts;
mod activity;
pub mod backup;
mod connection;
mod documents;
mod error;
mod feed;
mod following;
mod golden;
mod hosts;
mod log;
mod migrations;
mod moving;
mod outbox;
mod places;
mod placing;
mod programs;
mod projections;
mod push;
pub mod restore;
mod rows;
mod segments;
mod sessions;
mod staging;
mod values;

pub use connection::Settings;

use super::{Announcer, Answer, Follower, Store, StoreError};
use connection::{Values, execute, query};
use deadpool_postgres::{Client, Pool, Transaction};
use log::Grown;
use std::sync::Arc;

/// The store on PostgreSQL. Several servers may share one database.
pub struct Postgres {
    settings: Settings,
    pool: Pool,
    announcer: Announcer,
}

impl Postgres {
    /// Opens the database, and brings its schema up to date. Any number of servers may do so at once.
    pub async fn open(settings: &Settings) -> Result<Self, StoreError> {
        let pool = connection::pool(settings)?;
        let mut client = pool.get().await?;
        connection::check_durability(&client).await?;
        migrations::apply(&mut client).await?;
        drop(client);
        Ok(Self { settings: settings.clone(), pool, announcer: Announcer::default() })
    }

    async fn client(&self) -> Result<Client, StoreError> {
        Ok(self.pool.get().await?)
    }

    /// Commits what made logs grow, and then says so.
    async fn commit(&self, db: Transaction<'_>, grown: Grown) -> Result<(), StoreError> {
        db.commit().await?;
        grown.announce(&self.announcer);
        Ok(())
    }
}

impl Store for Postgres {
    fn check(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let client = self.client().await?;
            query(&client, "SELECT FROM epoch", &[]).await.map(drop)
        })
    }

    fn announce_to(&self, follower: Arc<dyn Follower>) {
        self.announcer.tell(follower);
    }

    fn close(&self) -> Answer<'_, ()> {
        self.pool.close();
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests;
