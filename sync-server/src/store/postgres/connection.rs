//! Connections to PostgreSQL: how they are made, how many there are, and how a statement is run on one.

use super::hosts::Hosts;
use crate::store::StoreError;
use deadpool_postgres::{GenericClient, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::{ClientConfig, RootCertStore};
use std::time::Duration;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

/// After this time without an answer a connection counts as broken: the machine behind it may be gone.
const SILENCE: Duration = Duration::from_secs(15);

/// What every connection is told. Plans must not depend on when the tables were last analysed: all that is asked here
/// goes by key, and a plan that reads a whole table would grow with it. Whoever waits for a lock gives up before a
/// device does; a server that stops in the middle of a transaction must not hold its locks for good.
const SESSION: &str = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off \
     -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s";

/// Where the database is.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://user:password@host:port/name`, as libpq has it. A secret.
    pub url: String,
    /// The most connections of this server.
    pub connections: usize,
    /// The longest wait for a connection: for one that is free, and for one that is made.
    pub patience: Duration,
}

impl Settings {
    /// The usual patience: shorter than a device's.
    #[must_use]
    pub fn of(url: impl Into<String>, connections: usize) -> Self {
        Self { url: url.into(), connections, patience: Duration::from_secs(5) }
    }
}

/// Makes the pool. It opens connections when they are needed.
pub fn pool(settings: &Settings) -> Result<Pool, StoreError> {
    // The address holds the password, so an error must not repeat it.
    let mut config: Config = settings
        .url
        .parse()
        .map_err(|_| StoreError::Failed("the database's address cannot be read".into()))?;
    config
        .options(format!("{} {SESSION}", config.get_options().unwrap_or_default()))
        .application_name("rounds-server")
        // Of several hosts the one that can be written, so that a failover is followed.
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(settings.patience)
        .tcp_user_timeout(SILENCE)
        .keepalives_idle(SILENCE);
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_connect(config, Hosts { tls: tls() }, fast);
    Pool::builder(manager)
        .max_size(settings.connections)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(settings.patience))
        .create_timeout(Some(settings.patience))
        .recycle_timeout(Some(settings.patience))
        .build()
        .map_err(|error| StoreError::Failed(error.to_string()))
}

/// Used where the address asks for it by `sslmode=require`, or the server offers it. The machine's certificates say who
/// is trusted.
fn tls() -> MakeRustlsConnect {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    found.errors.iter().for_each(|error| tracing::warn!(%error, "a trusted certificate cannot be read"));
    roots.add_parsable_certificates(found.certs);
    MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

/// What is acknowledged must be on disk: a database that answers before is refused.
pub async fn check_durability(client: &impl GenericClient) -> Result<(), StoreError> {
    let rows = query(client, "SELECT current_setting('synchronous_commit')", &[]).await?;
    match rows.first().map(|row| row.try_get::<_, &str>(0)).transpose()? {
        Some("off") => Err(StoreError::Failed(
            "the database's synchronous_commit is off: it would forget what it has acknowledged".into(),
        )),
        _ => Ok(()),
    }
}

/// Values of a statement.
pub type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Runs a statement that gives rows.
pub async fn query(db: &impl GenericClient, sql: &str, values: Values<'_>) -> Result<Vec<Row>, StoreError> {
    let statement = db.prepare_cached(sql).await?;
    Ok(db.query(&statement, values).await?)
}

/// Runs a statement that gives at most one row.
pub async fn query_opt(
    db: &impl GenericClient,
    sql: &str,
    values: Values<'_>,
) -> Result<Option<Row>, StoreError> {
    Ok(query(db, sql, values).await?.into_iter().next())
}

/// Runs a statement that changes rows. Answers how many.
pub async fn execute(db: &impl GenericClient, sql: &str, values: Values<'_>) -> Result<u64, StoreError> {
    let statement = db.prepare_cached(sql).await?;
    Ok(db.execute(&statement, values).await?)
}
