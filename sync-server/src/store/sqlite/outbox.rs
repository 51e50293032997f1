//! Tables `connector_outbox` and `connector_queue`: what waits for connectors.
//! A lease is a due time in the future: a claimed key is due again when the lease ends.

use crate::connectors::events::EventType;
use crate::connectors::outbox::{Backlog, Claim, DeadLetter, Entry, NewEntry, Replay, Settlement};
use chrono::DateTime;
use domain::Instant;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str = "id, key, event_id, event_type, subject, time, data, attempts, settled_at, error";

/// Adds an entry inside the caller's transaction. False when an entry with this event id is already there.
pub fn insert(tx: &Transaction<'_>, entry: &NewEntry) -> rusqlite::Result<bool> {
    let added = tx
        .prepare_cached(
            "INSERT INTO connector_outbox (key, event_id, event_type, subject, time, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (event_id) DO NOTHING",
        )?
        .execute(params![
            entry.key,
            entry.event_id.to_string(),
            entry.event_type.name(),
            entry.subject,
            entry.time.timestamp_millis(),
            entry.data.to_string(),
        ])?;
    if added == 1 {
        // Due since ever: the merge has no reason to make a new entry wait.
        tx.prepare_cached("INSERT INTO connector_queue (key, due_at) VALUES (?1, 0) ON CONFLICT DO NOTHING")?
            .execute([&entry.key])?;
    }
    Ok(added == 1)
}

/// Whether a key is due, so that a claim would find something.
pub fn is_due(db: &Connection, now: Instant) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM connector_queue WHERE due_at <= ?1)")?
        .query_row([now.timestamp_millis()], |row| row.get(0))
}

/// See [`crate::connectors::outbox::Outbox::claim`].
pub fn claim(tx: &Transaction<'_>, now: Instant, leased_until: Instant) -> rusqlite::Result<Option<Entry>> {
    let id: Option<i64> = tx
        .prepare_cached(
            "UPDATE connector_queue SET due_at = ?2, leased_entry =
                 (SELECT min(o.id) FROM connector_outbox o WHERE o.key = connector_queue.key AND o.state = 'waiting')
             WHERE key = (SELECT q.key FROM connector_queue q WHERE q.due_at <= ?1 AND EXISTS
                 (SELECT 1 FROM connector_outbox o WHERE o.key = q.key AND o.state = 'waiting')
                 ORDER BY q.due_at, q.key LIMIT 1)
             RETURNING leased_entry",
        )?
        .query_row(params![now.timestamp_millis(), leased_until.timestamp_millis()], |row| row.get(0))
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let sql =
        format!("UPDATE connector_outbox SET attempts = attempts + 1 WHERE id = ?1 RETURNING {COLUMNS}");
    tx.prepare_cached(&sql)?.query_row([id], entry).optional()
}

/// See [`crate::connectors::outbox::Outbox::settle`].
pub fn settle(
    tx: &Transaction<'_>,
    claim: Claim,
    settlement: &Settlement,
    now: Instant,
) -> rusqlite::Result<()> {
    let (state, error, due) = match settlement {
        Settlement::Delivered => ("delivered", None, now),
        Settlement::Retry { at, error } => ("waiting", Some(error), *at),
        Settlement::Dead { error } => ("dead", Some(error), now),
    };
    let key: Option<String> = tx
        .prepare_cached(
            "UPDATE connector_outbox SET state = ?3, error = ?4, settled_at = ?5
             WHERE id = ?1 AND attempts = ?2 AND state = 'waiting' RETURNING key",
        )?
        .query_row(params![claim.id, claim.attempt, state, error, now.timestamp_millis()], |row| row.get(0))
        .optional()?;
    match key {
        Some(key) => release(tx, &key, claim.id, due),
        None => Ok(()),
    }
}

/// Ends the lease of a key, or drops the key when nothing of it waits any more.
fn release(tx: &Transaction<'_>, key: &str, entry: i64, due: Instant) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE connector_queue SET due_at = ?3, leased_entry = NULL WHERE key = ?1 AND leased_entry = ?2",
    )?
    .execute(params![key, entry, due.timestamp_millis()])?;
    tx.prepare_cached(
        "DELETE FROM connector_queue WHERE key = ?1 AND NOT EXISTS
             (SELECT 1 FROM connector_outbox o WHERE o.key = ?1 AND o.state = 'waiting')",
    )?
    .execute([key])?;
    Ok(())
}

/// See [`crate::connectors::outbox::Outbox::dead_letters`].
pub fn dead_letters(db: &Connection, after: i64, limit: u32) -> rusqlite::Result<Vec<DeadLetter>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connector_outbox WHERE state = 'dead' AND id > ?1 ORDER BY id LIMIT ?2"
    );
    db.prepare_cached(&sql)?.query_map(params![after, limit], dead_letter)?.collect()
}

/// See [`crate::connectors::outbox::Outbox::replay`].
pub fn replay(tx: &Transaction<'_>, which: &Replay, now: Instant) -> rusqlite::Result<u64> {
    match which {
        Replay::All => {
            let ids: Vec<i64> = tx
                .prepare_cached("SELECT id FROM connector_outbox WHERE state = 'dead'")?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            ids.into_iter().map(|id| replay_one(tx, id, now)).sum()
        }
        Replay::These(ids) => ids.iter().map(|id| replay_one(tx, *id, now)).sum(),
    }
}

fn replay_one(tx: &Transaction<'_>, id: i64, now: Instant) -> rusqlite::Result<u64> {
    let key: Option<String> = tx
        .prepare_cached(
            "UPDATE connector_outbox SET state = 'waiting', attempts = 0, settled_at = NULL
             WHERE id = ?1 AND state = 'dead' RETURNING key",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(key) = key else { return Ok(0) };
    tx.prepare_cached("INSERT INTO connector_queue (key, due_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![key, now.timestamp_millis()])?;
    Ok(1)
}

/// See [`crate::connectors::outbox::Outbox::backlog`].
pub fn backlog(db: &Connection) -> rusqlite::Result<Backlog> {
    let (waiting, oldest): (i64, Option<i64>) = db
        .prepare_cached("SELECT count(*), min(time) FROM connector_outbox WHERE state = 'waiting'")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let dead: i64 = db
        .prepare_cached("SELECT count(*) FROM connector_outbox WHERE state = 'dead'")?
        .query_row([], |row| row.get(0))?;
    let oldest = oldest.and_then(DateTime::from_timestamp_millis);
    Ok(Backlog { waiting: waiting.unsigned_abs(), dead: dead.unsigned_abs(), oldest })
}

/// Whether something was delivered before an instant, so that forgetting would find it.
pub fn is_old(db: &Connection, before: Instant) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM connector_outbox WHERE state = 'delivered' AND settled_at < ?1)",
    )?
    .query_row([before.timestamp_millis()], |row| row.get(0))
}

/// See [`crate::connectors::outbox::Outbox::forget_delivered`].
pub fn forget_delivered(tx: &Transaction<'_>, before: Instant, limit: u32) -> rusqlite::Result<u64> {
    let forgotten = tx
        .prepare_cached(
            "DELETE FROM connector_outbox WHERE id IN (SELECT id FROM connector_outbox
             WHERE state = 'delivered' AND settled_at < ?1 ORDER BY settled_at LIMIT ?2)",
        )?
        .execute(params![before.timestamp_millis(), limit])?;
    Ok(forgotten as u64)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let event_id: String = row.get(2)?;
    let event_type: String = row.get(3)?;
    let data: String = row.get(6)?;
    let new = NewEntry {
        key: row.get(1)?,
        event_id: event_id.parse().map_err(|error| damaged(2, error))?,
        event_type: EventType::named(&event_type).ok_or_else(|| damaged(3, UnknownType(event_type)))?,
        subject: row.get(4)?,
        time: instant(row, 5)?,
        data: serde_json::from_str(&data).map_err(|error| damaged(6, error))?,
    };
    Ok(Entry { id: row.get(0)?, new, attempts: row.get(7)? })
}

fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let error: Option<String> = row.get(9)?;
    Ok(DeadLetter { entry: entry(row)?, at: instant(row, 8)?, error: error.unwrap_or_default() })
}

fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    let millis: i64 = row.get(column)?;
    DateTime::from_timestamp_millis(millis).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, millis))
}

/// An event type that this version of the server does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown event type `{0}`")]
struct UnknownType(String);

fn damaged(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
