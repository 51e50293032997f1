//! Tables `connector_outbox` and `connector_queue`: what waits for connectors. A lease is a due time in the future: a
//! claimed key is due again when the lease ends. The row of a key is locked by whoever adds to it, claims or settles.

use super::connection::query_opt;
use super::values::damaged;
use super::{Postgres, Values, execute, query};
use crate::connectors::events::EventType;
use crate::connectors::outbox::{Backlog, Claim, DeadLetter, Entry, NewEntry, Outbox, Replay, Settlement};
use crate::store::{Answer, StoreError};
use chrono::DateTime;
use deadpool_postgres::{GenericClient, Transaction};
use domain::Instant;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokio_postgres::Row;
use uuid::Uuid;

const COLUMNS: &str = "id, key, event_id, event_type, subject, time, data, attempts, settled_at, error";

/// Adds entries inside the caller's transaction. An event that is there already is not added.
pub async fn insert(db: &Transaction<'_>, entries: &[NewEntry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut places = Places::take(db, entries).await?;
    let mut columns = Columns::default();
    entries.iter().for_each(|entry| columns.add(entry, places.next(&entry.key)));
    let sql = "INSERT INTO connector_outbox (key, place, event_id, event_type, subject, time, data)
               SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::bigint[],
                                    $7::text[]) ON CONFLICT DO NOTHING";
    let values: Values<'_> = &[
        &columns.keys,
        &columns.places,
        &columns.events,
        &columns.types,
        &columns.subjects,
        &columns.times,
        &columns.data,
    ];
    execute(db, sql, values).await.map(drop)
}

/// The next place of each key.
struct Places(HashMap<String, i64>);

impl Places {
    /// Locks the keys, sorted, and takes as many places as each has new entries. A key that nothing of waited is due
    /// since ever: the merge has no reason to make a new entry wait.
    async fn take(db: &Transaction<'_>, entries: &[NewEntry]) -> Result<Self, StoreError> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        entries.iter().for_each(|entry| *counts.entry(&entry.key).or_default() += 1);
        let (keys, added): (Vec<&str>, Vec<i64>) = counts.iter().unzip();
        let sql = "INSERT INTO connector_queue (key, last, due_at)
                   SELECT key, n, 0 FROM unnest($1::text[], $2::bigint[]) AS a(key, n) ORDER BY key
                   ON CONFLICT (key) DO UPDATE SET last = connector_queue.last + excluded.last,
                       due_at = coalesce(connector_queue.due_at, 0)
                   RETURNING key, last";
        let rows = query(db, sql, &[&keys, &added]).await?;
        let first = rows.iter().map(|row| {
            let (key, last): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            let added = counts.get(key.as_str()).copied().unwrap_or_default();
            Ok((key, last - added + 1))
        });
        Ok(Self(first.collect::<Result<_, StoreError>>()?))
    }

    fn next(&mut self, key: &str) -> i64 {
        let Some(place) = self.0.get_mut(key) else { return 0 };
        *place += 1;
        *place - 1
    }
}

/// Columns of entries.
#[derive(Default)]
struct Columns<'a> {
    keys: Vec<&'a str>,
    places: Vec<i64>,
    events: Vec<Uuid>,
    types: Vec<&'static str>,
    subjects: Vec<&'a str>,
    times: Vec<i64>,
    data: Vec<String>,
}

impl<'a> Columns<'a> {
    fn add(&mut self, entry: &'a NewEntry, place: i64) {
        self.keys.push(&entry.key);
        self.places.push(place);
        self.events.push(entry.event_id);
        self.types.push(entry.event_type.name());
        self.subjects.push(&entry.subject);
        self.times.push(entry.time.timestamp_millis());
        self.data.push(entry.data.to_string());
    }
}

impl Outbox for Postgres {
    fn claim(&self, now: Instant, leased_until: Instant) -> Answer<'_, Option<Entry>> {
        Box::pin(async move {
            let mut client = self.client().await?;
            // Most looks find nothing: those must not cost a transaction.
            let sql = "SELECT FROM connector_queue WHERE due_at <= $1 LIMIT 1";
            if query_opt(&client, sql, &[&now.timestamp_millis()]).await?.is_none() {
                return Ok(None);
            }
            let db = client.transaction().await?;
            let entry = claim(&db, now, leased_until).await?;
            db.commit().await?;
            Ok(entry)
        })
    }

    fn settle(&self, claim: Claim, settlement: Settlement, now: Instant) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            settle(&db, claim, &settlement, now).await?;
            Ok(db.commit().await?)
        })
    }

    fn dead_letters(&self, after: i64, limit: u32) -> Answer<'_, Vec<DeadLetter>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {COLUMNS} FROM connector_outbox WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2"
            );
            let rows = query(&self.client().await?, &sql, &[&after, &i64::from(limit)]).await?;
            rows.iter().map(dead_letter).collect()
        })
    }

    fn replay(&self, which: Replay, now: Instant) -> Answer<'_, u64> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let db = client.transaction().await?;
            let replayed = replay(&db, &which, now).await?;
            db.commit().await?;
            Ok(replayed)
        })
    }

    fn backlog(&self) -> Answer<'_, Backlog> {
        Box::pin(async move {
            let sql = "SELECT count(*) FILTER (WHERE state = 'waiting'), min(time) FILTER (WHERE state = 'waiting'),
                              count(*) FILTER (WHERE state = 'dead')
                       FROM connector_outbox WHERE state = 'waiting' OR state = 'dead'";
            let row = query_opt(&self.client().await?, sql, &[]).await?;
            row.map_or(Ok(Backlog::default()), |row| {
                let oldest: Option<i64> = row.try_get(1)?;
                let count = |column| row.try_get::<_, i64>(column).map(i64::unsigned_abs);
                let oldest = oldest.and_then(DateTime::from_timestamp_millis);
                Ok(Backlog { waiting: count(0)?, dead: count(2)?, oldest })
            })
        })
    }

    fn forget_delivered(&self, before: Instant, limit: u32) -> Answer<'_, u64> {
        Box::pin(async move {
            let sql = "DELETE FROM connector_outbox WHERE id = ANY(ARRAY(
                           SELECT id FROM connector_outbox WHERE state = 'delivered' AND settled_at < $1
                           ORDER BY settled_at LIMIT $2 FOR UPDATE SKIP LOCKED))";
            let values: Values<'_> = &[&before.timestamp_millis(), &i64::from(limit)];
            execute(&self.client().await?, sql, values).await
        })
    }
}

/// First the lock, then the look: what is seen is what others had committed before the key was ours. Keys that others
/// hold at this moment are theirs.
async fn claim(
    db: &Transaction<'_>,
    now: Instant,
    leased_until: Instant,
) -> Result<Option<Entry>, StoreError> {
    let due = "SELECT q.key FROM connector_queue q WHERE q.due_at <= $1 AND EXISTS
                   (SELECT FROM connector_outbox o WHERE o.key = q.key AND o.state = 'waiting')
               ORDER BY q.due_at, q.key LIMIT 1 FOR UPDATE SKIP LOCKED";
    let Some(row) = query_opt(db, due, &[&now.timestamp_millis()]).await? else { return Ok(None) };
    let key: String = row.try_get(0)?;
    let first = format!(
        "UPDATE connector_outbox SET attempts = attempts + 1 WHERE key = $1 AND place =
             (SELECT min(place) FROM connector_outbox WHERE key = $1 AND state = 'waiting')
         RETURNING {COLUMNS}"
    );
    let Some(row) = query_opt(db, &first, &[&key]).await? else { return Ok(None) };
    let entry = entry(&row)?;
    let lease = "UPDATE connector_queue SET due_at = $2, leased_entry = $3 WHERE key = $1";
    execute(db, lease, &[&key, &leased_until.timestamp_millis(), &entry.id]).await?;
    Ok(Some(entry))
}

async fn settle(
    db: &Transaction<'_>,
    claim: Claim,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), StoreError> {
    let (state, error, due) = match settlement {
        Settlement::Delivered => ("delivered", None, now),
        Settlement::Retry { at, error } => ("waiting", Some(error), *at),
        Settlement::Dead { error } => ("dead", Some(error), now),
    };
    let named = "SELECT key FROM connector_outbox WHERE id = $1";
    let Some(row) = query_opt(db, named, &[&claim.id]).await? else { return Ok(()) };
    let key: String = row.try_get(0)?;
    query(db, "SELECT FROM connector_queue WHERE key = $1 FOR UPDATE", &[&key]).await?;
    let settle = "UPDATE connector_outbox SET state = $4, error = $5, settled_at = $6
                  WHERE key = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'";
    let attempt = i64::from(claim.attempt);
    let values: Values<'_> = &[&key, &claim.id, &attempt, &state, &error, &now.timestamp_millis()];
    if execute(db, settle, values).await? == 0 {
        return Ok(());
    }
    release(db, &key, claim.id, due).await
}

/// Ends the lease of a key; nothing is due when nothing of it waits any more.
async fn release(db: &Transaction<'_>, key: &str, entry: i64, due: Instant) -> Result<(), StoreError> {
    let free =
        "UPDATE connector_queue SET due_at = $3, leased_entry = NULL WHERE key = $1 AND leased_entry = $2";
    execute(db, free, &[&key, &entry, &due.timestamp_millis()]).await?;
    let done = "UPDATE connector_queue SET due_at = NULL WHERE key = $1 AND NOT EXISTS
                    (SELECT FROM connector_outbox o WHERE o.key = $1 AND o.state = 'waiting')";
    execute(db, done, &[&key]).await.map(drop)
}

async fn replay(db: &Transaction<'_>, which: &Replay, now: Instant) -> Result<u64, StoreError> {
    let (all, ids): (bool, &[i64]) = match which {
        Replay::All => (true, &[]),
        Replay::These(ids) => (false, ids),
    };
    let sql = "UPDATE connector_outbox SET state = 'waiting', attempts = 0, settled_at = NULL
               WHERE state = 'dead' AND ($1 OR id = ANY($2)) RETURNING key";
    let rows = query(db, sql, &[&all, &ids]).await?;
    let keys = rows.iter().map(|row| row.try_get::<_, String>(0)).collect::<Result<BTreeSet<_>, _>>()?;
    let due = "UPDATE connector_queue SET due_at = coalesce(due_at, $2) WHERE key = $1";
    for key in keys {
        execute(db, due, &[&key, &now.timestamp_millis()]).await?;
    }
    Ok(rows.len() as u64)
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let event_type: &str = row.try_get(3)?;
    let data: &str = row.try_get(6)?;
    let new = NewEntry {
        key: row.try_get(1)?,
        event_id: row.try_get(2)?,
        event_type: EventType::named(event_type)
            .ok_or_else(|| damaged(format!("unknown event type `{event_type}`")))?,
        subject: row.try_get(4)?,
        time: instant(row.try_get(5)?)?,
        data: serde_json::from_str(data).map_err(damaged)?,
    };
    let attempts: i64 = row.try_get(7)?;
    Ok(Entry { id: row.try_get(0)?, new, attempts: u32::try_from(attempts).map_err(damaged)? })
}

fn dead_letter(row: &Row) -> Result<DeadLetter, StoreError> {
    let error: Option<String> = row.try_get(9)?;
    let at: Option<i64> = row.try_get(8)?;
    let at = instant(at.unwrap_or_default())?;
    Ok(DeadLetter { entry: entry(row)?, at, error: error.unwrap_or_default() })
}

fn instant(millis: i64) -> Result<Instant, StoreError> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| damaged(format!("{millis} is no time")))
}
