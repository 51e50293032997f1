//! Our end: the SQLite outbox in memory, and the delivery that drains it.

use super::crm::{Crm, SECRET};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Transaction};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_server::connectors::delivery::{Bounds, Delivery, Feed, Summary};
use sync_server::connectors::events::EventType;
use sync_server::connectors::outbox::{
    Backlog, Claim, DeadLetter, Entry, NewEntry, Outbox, OutboxUnavailable, Replay, Settlement,
};
use sync_server::connectors::schedule::Schedule;
use sync_server::connectors::webhook::{Target, Webhook};
use sync_server::store::sqlite::outbox;
use uuid::Uuid;

const TABLES: &str = include_str!("../../../migrations/server/sqlite/V3__connector_outbox.sql");

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

/// The n-th event about a person.
pub fn entry(who: &str, n: u64) -> NewEntry {
    NewEntry {
        key: who.into(),
        event_id: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{who}/{n}").as_bytes()),
        event_type: EventType::CallSubmitted,
        subject: who.into(),
        time: noon(),
        data: json!({ "n": n }),
    }
}

pub struct SqliteOutbox(Mutex<Connection>);

impl SqliteOutbox {
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, OutboxUnavailable> {
        let mut db = self.0.lock().unwrap();
        let done = db.transaction().and_then(|tx| {
            let done = work(&tx)?;
            tx.commit().map(|()| done)
        });
        done.map_err(|error| OutboxUnavailable(Box::new(error)))
    }
}

impl Outbox for SqliteOutbox {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Entry>, OutboxUnavailable> {
        self.write(|tx| outbox::claim(tx, now, until))
    }

    async fn settle(
        &self,
        claim: Claim,
        how: Settlement,
        now: DateTime<Utc>,
    ) -> Result<(), OutboxUnavailable> {
        self.write(|tx| outbox::settle(tx, claim, &how, now))
    }

    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, OutboxUnavailable> {
        self.write(|tx| outbox::dead_letters(tx, after, limit))
    }

    async fn replay(&self, which: Replay, now: DateTime<Utc>) -> Result<u64, OutboxUnavailable> {
        self.write(|tx| outbox::replay(tx, &which, now))
    }

    async fn forget_delivered(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, OutboxUnavailable> {
        self.write(|tx| outbox::forget_delivered(tx, before, limit))
    }

    async fn backlog(&self) -> Result<Backlog, OutboxUnavailable> {
        self.write(|tx| outbox::backlog(tx))
    }
}

pub struct Desk {
    pub outbox: Arc<SqliteOutbox>,
    delivery: Delivery<SqliteOutbox>,
}

impl Desk {
    pub fn for_crm(crm: &Crm) -> Self {
        Self::with(crm, Schedule::default(), Bounds::default())
    }

    pub fn with(crm: &Crm, schedule: Schedule, bounds: Bounds) -> Self {
        Self::make(&crm.url, schedule, bounds)
    }

    pub fn at(url: &str, schedule: Schedule) -> Self {
        Self::make(url, schedule, Bounds::default())
    }

    fn make(url: &str, schedule: Schedule, bounds: Bounds) -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let outbox = Arc::new(SqliteOutbox(Mutex::new(db)));
        let timeout = Duration::from_millis(1_500);
        let target = Target { url: url.into(), secret: SECRET.into(), timeout, proxy: None };
        let webhook = Webhook::new(&target).unwrap();
        let source = "/rounds/test".into();
        let (chance, keep) = (Box::new(|| u32::MAX / 2), TimeDelta::days(30));
        let feed = Feed { source, webhook, schedule, bounds, keep, chance };
        Self { delivery: Delivery::new(Arc::clone(&outbox), feed), outbox }
    }

    pub fn put(&self, entry: &NewEntry) {
        self.outbox.write(|tx| outbox::insert(tx, entry)).unwrap();
    }

    /// Puts an entry in a transaction that then fails.
    pub fn put_and_roll_back(&self, entry: &NewEntry) {
        let failed = self.outbox.write(|tx| {
            outbox::insert(tx, entry)?;
            Err::<(), _>(rusqlite::Error::ExecuteReturnedResults)
        });
        assert!(failed.is_err());
    }

    /// Whether an entry is still known, so that a second one of its id is not taken.
    pub fn remembers(&self, entry: &NewEntry) -> bool {
        let mut db = self.outbox.0.lock().unwrap();
        // Dropped without a commit: only the question is asked.
        let tx = db.transaction().unwrap();
        !outbox::insert(&tx, entry).unwrap()
    }

    pub async fn run(&self, now: DateTime<Utc>) -> Summary {
        self.delivery.run_due(now).await.unwrap()
    }

    pub async fn backlog(&self) -> Backlog {
        self.outbox.backlog().await.unwrap()
    }

    pub async fn bury(&self, claim: Claim) {
        self.outbox.settle(claim, Settlement::Dead { error: "late".into() }, noon()).await.unwrap();
    }
}
