//! What came with the feed, by scope, and the sum of what is really stored.

use crate::batch::{Arrived, ArrivedRow, Batch, GoneRow, Weight};
use crate::{CommitError, ReadError, Reader, reference};
use domain::reference::Table;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How much a commit adds to the sums of scopes.
type Gains = BTreeMap<String, u128>;

pub fn write(tx: &Transaction<'_>, batch: &Batch) -> Result<(), CommitError> {
    let mut gains = Gains::new();
    for arrived in &batch.arrived {
        arrive(tx, arrived, &mut gains)?;
    }
    for row in &batch.rows {
        put_row(tx, row, &mut gains)?;
    }
    for gone in &batch.gone {
        remove_row(tx, gone, &mut gains)?;
    }
    gains.iter().try_for_each(|(scope, gain)| add_to_sum(tx, scope, *gain))
}

fn arrive(tx: &Transaction<'_>, arrived: &Arrived, gains: &mut Gains) -> Result<(), CommitError> {
    let sql = "INSERT OR IGNORE INTO scope_change (scope, doc, hash) VALUES (?1, ?2, ?3)";
    let new =
        tx.prepare_cached(sql)?.execute(params![arrived.scope, arrived.doc.0.as_bytes(), arrived.hash.0])?;
    if new == 1 {
        gain(gains, &arrived.scope, number(arrived.weight));
    }
    Ok(())
}

fn put_row(tx: &Transaction<'_>, arrived: &ArrivedRow, gains: &mut Gains) -> Result<(), CommitError> {
    let (table, key) = arrived.row.key();
    let version = i64::try_from(arrived.version).unwrap_or(i64::MAX);
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

/// A row leaves the device with the last scope that holds it.
fn remove_row(tx: &Transaction<'_>, gone: &GoneRow, gains: &mut Gains) -> Result<(), CommitError> {
    let Some((_, weight)) = held(tx, &gone.scope, gone.table, gone.key)? else { return Ok(()) };
    let key = gone.key.as_bytes();
    tx.prepare_cached("DELETE FROM scope_row WHERE scope = ?1 AND tbl = ?2 AND key = ?3")?
        .execute(params![gone.scope, gone.table.name(), key])?;
    gain(gains, &gone.scope, number(weight).wrapping_neg());
    let sql = "SELECT 1 FROM scope_row WHERE tbl = ?1 AND key = ?2";
    let elsewhere = tx.prepare_cached(sql)?.exists(params![gone.table.name(), key])?;
    if elsewhere { Ok(()) } else { reference::remove(tx, gone.table, gone.key) }
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

fn gain(gains: &mut Gains, scope: &str, by: u128) {
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

fn number(weight: Weight) -> u128 {
    u128::from_be_bytes(weight)
}

impl Reader<'_> {
    /// The sum of a scope over what is really stored; zero for a scope that never came.
    pub fn scope_sum(&self, scope: &str) -> Result<Weight, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT sum FROM scope WHERE id = ?1")?;
        Ok(statement.query_row([scope], |row| row.get(0)).optional()?.unwrap_or_default())
    }
}
