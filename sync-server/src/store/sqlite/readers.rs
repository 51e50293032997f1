//! A few connections that only read, each lent to one request at a time.

use crate::store::StoreError;
use rusqlite::{Connection, Transaction};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The connections.
pub struct Readers {
    free: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
    connections: usize,
}

impl Readers {
    pub fn new(connections: Vec<Connection>) -> Self {
        let (turns, count) = (Arc::new(Semaphore::new(connections.len())), connections.len());
        Self { free: Mutex::new(connections), turns, connections: count }
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

    /// Waits for what is being read, and closes all.
    pub async fn close(&self) {
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        // It is closed already when there are no turns any more.
        if let Ok(turns) = self.turns.acquire_many(all).await {
            self.turns.close();
            drop(turns);
        }
        self.free().clear();
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
