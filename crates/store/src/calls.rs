//! Calls for the day, for a person and for one screen.

use crate::row::{self, bodies, decode, millis};
use crate::timeline::{self, TimelineSource};
use crate::{CommitError, ReadError, Reader};
use domain::calls::{Call, CallContent, CallState};
use domain::ids::{CallId, HcpId, UserId};
use domain::{Instant, Span};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// A call and whether somebody should look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// The call.
    pub call: Call,
    /// Two people wrote one field at once.
    pub contested: bool,
}

pub fn project(tx: &Transaction<'_>, call: &Call, contested: bool) -> Result<(), CommitError> {
    let current = call.current();
    let listed = is_listed(tx, call.id, &current)?;
    put(tx, call, (&current, contested))?;
    if listed { Ok(()) } else { list(tx, call.id, &current) }
}

/// A call of which nothing is here.
pub fn bring(tx: &Transaction<'_>, call: &Call, contested: bool) -> Result<(), CommitError> {
    let current = call.current();
    put(tx, call, (&current, contested))?;
    attend(tx, call.id, &current)
}

fn put(
    tx: &Transaction<'_>,
    call: &Call,
    (current, contested): (&CallContent, bool),
) -> Result<(), CommitError> {
    let id = call.id.0.as_bytes();
    let body = serde_json::to_string(call)?;
    tx.prepare_cached(
        "INSERT INTO call (id, owner, stage, starts_at, contested, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET stage = ?3, starts_at = ?4, contested = ?5, body = ?6",
    )?
    .execute(params![
        id,
        call.owner.0.as_bytes(),
        stage(&call.state),
        millis(current.starts_at),
        contested,
        body
    ])?;
    Ok(())
}

/// Whether the call already stands with its people, at its time. Most edits change neither, and what is not written
/// need not be encrypted and brought to the disk.
fn is_listed(tx: &Transaction<'_>, call: CallId, content: &CallContent) -> Result<bool, CommitError> {
    let id = call.0.as_bytes();
    let mut statement = tx.prepare_cached("SELECT starts_at FROM call WHERE id = ?1")?;
    let begin: Option<i64> = statement.query_row([id], |row| row.get(0)).optional()?;
    let mut statement = tx.prepare_cached("SELECT hcp FROM call_attendee WHERE call = ?1")?;
    let people = statement.query_map([id], |row| row::uuid(row, 0).map(HcpId))?;
    let people: BTreeSet<HcpId> = people.collect::<Result<_, _>>()?;
    Ok(begin == Some(millis(content.starts_at)) && people == content.attendees)
}

fn list(tx: &Transaction<'_>, call: CallId, content: &CallContent) -> Result<(), CommitError> {
    let id = call.0.as_bytes();
    tx.prepare_cached("DELETE FROM call_attendee WHERE call = ?1")?.execute([id])?;
    timeline::remove(tx, call.0)?;
    attend(tx, call, content)
}

fn attend(tx: &Transaction<'_>, call: CallId, content: &CallContent) -> Result<(), CommitError> {
    let id = call.0.as_bytes();
    for hcp in &content.attendees {
        tx.prepare_cached("INSERT OR IGNORE INTO call_attendee (call, hcp) VALUES (?1, ?2)")?
            .execute(params![id, hcp.0.as_bytes()])?;
        timeline::add(tx, *hcp, content.starts_at, TimelineSource::Call, call.0)?;
    }
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, call: CallId) -> Result<(), CommitError> {
    for sql in ["DELETE FROM call WHERE id = ?1", "DELETE FROM call_attendee WHERE call = ?1"] {
        tx.prepare_cached(sql)?.execute([call.0.as_bytes()])?;
    }
    timeline::remove(tx, call.0)
}

fn stage(state: &CallState) -> &'static str {
    match state {
        CallState::Planned => "planned",
        CallState::InProgress { .. } => "in_progress",
        CallState::Submitted { .. } => "submitted",
        CallState::Cancelled { .. } => "cancelled",
    }
}

impl Reader<'_> {
    /// One call.
    pub fn call(&self, call: CallId) -> Result<Option<CallRow>, ReadError> {
        let mut statement =
            self.connection.prepare_cached("SELECT body, contested FROM call WHERE id = ?1")?;
        let found: Option<(String, bool)> =
            statement.query_row([call.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(body, contested)| Ok(CallRow { call: decode(&body)?, contested })).transpose()
    }

    /// The calls that begin within a span and are not cancelled, by their begin.
    pub fn calls_within(&self, span: Span) -> Result<Vec<CallRow>, ReadError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT body, contested FROM call WHERE starts_at >= ?1 AND starts_at < ?2 AND stage <> 'cancelled'
             ORDER BY starts_at, id",
        )?;
        let mut rows = statement.query(params![millis(span.from), millis(span.until)])?;
        let mut calls = Vec::new();
        while let Some(row) = rows.next()? {
            let body: String = row.get(0)?;
            calls.push(CallRow { call: decode(&body)?, contested: row.get(1)? });
        }
        Ok(calls)
    }

    /// The first open call with an HCP from an instant on.
    pub fn next_call(&self, hcp: HcpId, from: Instant) -> Result<Option<CallRow>, ReadError> {
        let found: Vec<Call> = bodies(
            self.connection,
            "SELECT body FROM call_attendee JOIN call ON call.id = call_attendee.call
             WHERE hcp = ?1 AND starts_at >= ?2 AND stage IN ('planned', 'in_progress') ORDER BY starts_at LIMIT 1",
            params![hcp.0.as_bytes(), millis(from)],
        )?;
        Ok(found.into_iter().next().map(|call| CallRow { call, contested: false }))
    }

    /// Who submitted how many calls with an HCP, the most first.
    pub fn callers_of(&self, hcp: HcpId) -> Result<Vec<(UserId, u32)>, ReadError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT owner, count(*) FROM call_attendee JOIN call ON call.id = call_attendee.call
             WHERE hcp = ?1 AND stage = 'submitted' GROUP BY owner ORDER BY count(*) DESC, owner",
        )?;
        let rows =
            statement.query_map([hcp.0.as_bytes()], |row| Ok((UserId(row::uuid(row, 0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
