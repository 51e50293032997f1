//! A few connections that only read, each lent to one request at a time.

use crate::store::StoreError;
use rusqlite::{Connection, Transaction};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The connections.
pub struct Readers {
    free: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub fn new(connections: Vec<Connection>) -> Self {
        let turns = Arc::new(Semaphore::new(connections.len()));
        Self { free: Mutex::new(connections), turns }
    }

    pub async fn read<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let outcome = readers.lend(work);
            drop(turn);
            outcome
        });
        done.await.map_err(|error| StoreError::Failed(error.to_string()))?
    }

    fn lend<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let lent = self.free().pop();
        let Some(mut connection) = lent else {
            return Err(StoreError::Unavailable("all readers are lent".into()));
        };
        let outcome = connection.transaction().map_err(StoreError::from).and_then(|db| work(&db));
        self.free().push(connection);
        outcome
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
