//! What came with the feed, by scope, and the sum of what is really stored.

use crate::batch::{Arrival, Arrived, ArrivedRow, Batch, GoneDoc, GoneRow, Weight};
use crate::{CommitError, ReadError, Reader, leave, reference, segment};
use domain::reference::Table;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How much a commit adds to the sums of scopes.
pub type Gains = BTreeMap<String, u128>;

/// What becomes of scopes, and what the feed brought, in its order; then what may leave, leaves. Says whether something
/// has left.
pub fn write(tx: &Transaction<'_>, batch: &Batch) -> Result<bool, CommitError> {
    let brings = !batch.feed.is_empty() || batch.piece.is_some();
    if !brings && batch.scopes.is_empty() && batch.decisions.is_empty() {
        return Ok(false);
    }
    leave::before(tx, &batch.scopes)?;
    let mut gains = Gains::new();
    for arrival in &batch.feed {
        match arrival {
            Arrival::Change(arrived) => arrive(tx, arrived, &mut gains)?,
            Arrival::Row(row) => put_row(tx, row, &mut gains)?,
            Arrival::RowGone(gone) => remove_row(tx, gone, &mut gains)?,
            Arrival::DocGone(gone) => remove_doc(tx, gone, &mut gains)?,
        }
    }
    if let Some(piece) = &batch.piece {
        segment::write(tx, piece, &mut gains)?;
    }
    gains.iter().try_for_each(|(scope, gain)| add_to_sum(tx, scope, *gain))?;
    leave::after(tx, &batch.scopes)
}

fn arrive(tx: &Transaction<'_>, arrived: &Arrived, gains: &mut Gains) -> Result<(), CommitError> {
    let sql = "INSERT OR IGNORE INTO scope_change (scope, doc, hash, weight) VALUES (?1, ?2, ?3, ?4)";
    let doc = arrived.doc.0;
    let values = params![arrived.scope, doc.as_bytes(), arrived.hash.0, arrived.weight];
    if tx.prepare_cached(sql)?.execute(values)? == 1 {
        gain(gains, &arrived.scope, number(arrived.weight));
    }
    leave::stay(tx, leave::DOCUMENT, doc)
}

fn remove_doc(tx: &Transaction<'_>, gone: &GoneDoc, gains: &mut Gains) -> Result<(), CommitError> {
    let sql = "DELETE FROM scope_change WHERE scope = ?1 AND doc = ?2 RETURNING weight";
    let mut statement = tx.prepare_cached(sql)?;
    let weights = statement.query_map(params![gone.scope, gone.doc.0.as_bytes()], |row| row.get(0))?;
    for weight in weights {
        gain(gains, &gone.scope, number(weight?).wrapping_neg());
    }
    leave::go(tx, leave::DOCUMENT, gone.doc.0, None)
}

pub fn put_row(tx: &Transaction<'_>, arrived: &ArrivedRow, gains: &mut Gains) -> Result<(), CommitError> {
    let (table, key) = arrived.row.key();
    let version = i64::try_from(arrived.version).unwrap_or(i64::MAX);
    leave::stay(tx, table.name(), key)?;
    let held = held(tx, &arrived.scope, table, key)?;
    if held.is_some_and(|(held, _)| held >= version) {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT OR REPLACE INTO scope_row (scope, tbl, key, version, weight) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![arrived.scope, table.name(), key.as_bytes(), version, arrived.weight])?;
    let before = held.map_or(0, |(_, weight)| number(weight));
    gain(gains, &arrived.scope, number(arrived.weight).wrapping_sub(before));
    reference::put(tx, &arrived.row)
}

fn remove_row(tx: &Transaction<'_>, gone: &GoneRow, gains: &mut Gains) -> Result<(), CommitError> {
    let Some((_, weight)) = held(tx, &gone.scope, gone.table, gone.key)? else { return Ok(()) };
    tx.prepare_cached("DELETE FROM scope_row WHERE scope = ?1 AND tbl = ?2 AND key = ?3")?
        .execute(params![gone.scope, gone.table.name(), gone.key.as_bytes()])?;
    gain(gains, &gone.scope, number(weight).wrapping_neg());
    leave::go(tx, gone.table.name(), gone.key, None)
}

fn held(
    tx: &Transaction<'_>,
    scope: &str,
    table: Table,
    key: Uuid,
) -> Result<Option<(i64, Weight)>, CommitError> {
    let sql = "SELECT version, weight FROM scope_row WHERE scope = ?1 AND tbl = ?2 AND key = ?3";
    let mut statement = tx.prepare_cached(sql)?;
    let found = statement
        .query_row(params![scope, table.name(), key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found)
}

/// A scope's sum grows.
pub fn gain(gains: &mut Gains, scope: &str, by: u128) {
    let sum = gains.entry(scope.to_owned()).or_default();
    *sum = sum.wrapping_add(by);
}

fn add_to_sum(tx: &Transaction<'_>, scope: &str, gain: u128) -> Result<(), CommitError> {
    let sql = "SELECT sum FROM scope WHERE id = ?1";
    let before: Option<Weight> = tx.prepare_cached(sql)?.query_row([scope], |row| row.get(0)).optional()?;
    let sum = number(before.unwrap_or_default()).wrapping_add(gain).to_be_bytes();
    tx.prepare_cached("INSERT INTO scope (id, sum) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET sum = ?2")?
        .execute(params![scope, sum])?;
    Ok(())
}

/// A weight as the number that it is.
pub fn number(weight: Weight) -> u128 {
    u128::from_be_bytes(weight)
}

impl Reader<'_> {
    /// The sum of a scope over what is really stored; zero for a scope that never came.
    pub fn scope_sum(&self, scope: &str) -> Result<Weight, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT sum FROM scope WHERE id = ?1")?;
        Ok(statement.query_row([scope], |row| row.get(0)).optional()?.unwrap_or_default())
    }
}
