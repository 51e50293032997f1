//! Bare durable inserts: a table of hashes and bytes, and nothing else. Whoever waits at once is committed at once, as
//! both of the server's stores do it.

use super::push::{AT_ONCE, Load};
use anyhow::{Context, Result};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, oneshot};
use tokio_postgres::{Client, NoTls, Statement};

const INSERT: &str = "INSERT INTO bare (bytes) VALUES (?1)";

/// A file with one writer.
pub struct BareSqlite(Sender<Waiting>);

struct Waiting {
    load: Load,
    durable: oneshot::Sender<rusqlite::Result<()>>,
}

impl BareSqlite {
    /// Makes the file.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch("CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")?;
        let (sender, receiver) = channel();
        std::thread::spawn(move || write(&connection, &receiver));
        Ok(Self(sender))
    }

    /// Durable when it answers.
    pub fn insert(&self, load: Load) -> impl Future<Output = Result<()>> + Send + 'static {
        let (durable, done) = oneshot::channel();
        let sent = self.0.send(Waiting { load, durable });
        async move {
            sent.ok().context("the writer has ended")?;
            Ok(done.await??)
        }
    }
}

/// Whoever waits is in the next commit.
fn write(connection: &Connection, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let group: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let written = commit(connection, &group);
        for one in group {
            let answer = if written.is_ok() { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) };
            // Nobody waits any more when the benchmark has failed elsewhere.
            let _ = one.durable.send(answer);
        }
    }
}

fn commit(connection: &Connection, group: &[Waiting]) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    let mut insert = connection.prepare_cached(INSERT)?;
    for item in group.iter().flat_map(|waiting| &waiting.load) {
        insert.execute([&item.change])?;
    }
    transaction.commit()
}

/// A table with as many writers as there are loads at once.
pub struct BarePostgres {
    idle: Arc<Mutex<Vec<(Client, Statement)>>>,
}

impl BarePostgres {
    /// Makes the table in an empty database.
    pub async fn open(address: &str) -> Result<Self> {
        let first = connect(address).await?;
        first.batch_execute("CREATE TABLE bare (id bigserial PRIMARY KEY, bytes bytea NOT NULL)").await?;
        let mut idle = Vec::new();
        for _ in 0..AT_ONCE {
            let client = connect(address).await?;
            let statement = client.prepare("INSERT INTO bare (bytes) SELECT unnest($1::bytea[])").await?;
            idle.push((client, statement));
        }
        Ok(Self { idle: Arc::new(Mutex::new(idle)) })
    }

    /// Durable when it answers. One statement, which is a transaction of its own.
    pub fn insert(&self, load: Load) -> impl Future<Output = Result<()>> + Send + 'static {
        let idle = Arc::clone(&self.idle);
        async move {
            let (client, statement) = idle.lock().await.pop().context("more at once than connections")?;
            let changes: Vec<_> = load.iter().map(|item| item.change.as_slice()).collect();
            let written = client.execute(&statement, &[&changes]).await;
            idle.lock().await.push((client, statement));
            Ok(written.map(drop)?)
        }
    }
}

async fn connect(address: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
