//! The one writer: a thread that takes all work that waits, does it in one transaction, commits once, then answers
//! all. Each piece of work has a savepoint, so that a failed one leaves no trace and harms no other.

use super::log::Growth;
use crate::store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most pieces of work in one transaction: an answer waits for all of them.
const GROUP: usize = 64;

/// A piece of work, its outcome, and who waits for it.
trait Job: Send {
    /// Does the work; false when it failed and must leave no trace.
    fn run(&mut self, db: &Transaction<'_>) -> bool;
    /// Tells who waits, after the commit or its failure.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    outcome: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F> Job for Task<T, F>
where
    F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, db: &Transaction<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        self.outcome = catch_unwind(AssertUnwindSafe(|| work(db)))
            .unwrap_or_else(|_| Err(StoreError::Failed("the work panicked".into())));
        self.outcome.is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        // Nobody waits any more when the request was given up; what was committed stays.
        let _ = self.reply.send(committed.and(self.outcome));
    }
}

/// The way to the writing thread.
pub struct Writer {
    queue: Mutex<Option<Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub fn start(connection: Connection, growth: Growth) -> Result<Self, StoreError> {
        let (queue, work) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(connection, &growth, &work))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        self.send(Box::new(Task { work: Some(work), outcome: Err(stopped()), reply }))?;
        outcome.await.map_err(|_| stopped())?
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().ok_or_else(stopped)?.send(job).map_err(|_| stopped())
    }

    /// Takes no more work, finishes what waits, and folds the log into the file.
    pub async fn close(&self) -> Result<(), StoreError> {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        ended.map_err(|_| stopped())?.map_err(|_| StoreError::Failed("the writer panicked".into()))
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

fn serve(mut connection: Connection, growth: &Growth, work: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = work.recv() {
        let jobs: Vec<_> = std::iter::once(first).chain(work.try_iter().take(GROUP - 1)).collect();
        commit(&mut connection, jobs);
        growth.committed();
    }
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the write-ahead log could not be folded in; the next start does it");
    }
}

fn commit(connection: &mut Connection, mut jobs: Vec<Box<dyn Job>>) {
    let committed = run(connection, &mut jobs).map_err(StoreError::from);
    jobs.into_iter().for_each(|job| job.answer(committed.clone()));
}

fn run(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in jobs {
        transaction.execute_batch("SAVEPOINT job")?;
        let end = if job.run(&transaction) { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
        transaction.execute_batch(end)?;
    }
    transaction.commit()
}
