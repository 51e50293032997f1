//! Tables `reference_row` and `row_scope`.

use super::values::{count, damaged, int};
use super::{Sqlite, log, moving};
use crate::store::log::Additions;
use crate::store::{Answer, RoutedRow, Rows, StoreError};
use domain::Instant;
use domain::reference::{Row as Reference, Table};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use uuid::Uuid;

impl Rows for Sqlite {
    fn upsert_rows(&self, rows: Vec<RoutedRow>, at: Instant) -> Answer<'_, u64> {
        Box::pin(self.write(move |db| {
            let mut additions = Additions::default();
            let moved = moving::take(db, rows, (&BTreeSet::new(), at), &mut additions)?;
            log::write(db, &additions)?;
            Ok(moved.rows)
        }))
    }

    fn row(&self, table: Table, key: Uuid) -> Answer<'_, Option<Reference>> {
        Box::pin(self.read(move |db| row(db, table, key)))
    }

    fn rows_of(&self, table: Table) -> Answer<'_, Vec<Reference>> {
        Box::pin(self.read(move |db| rows_of(db, table)))
    }

    fn row_counts(&self) -> Answer<'_, BTreeMap<String, u64>> {
        Box::pin(self.read(|db| counts(db)))
    }
}

fn rows_of(db: &Connection, table: Table) -> Result<Vec<Reference>, StoreError> {
    db.prepare_cached("SELECT body FROM reference_row WHERE tab = ?1 ORDER BY key")?
        .query_map([table.name()], |row| row.get::<_, String>(0))?
        .map(|body| serde_json::from_str(&body?).map_err(damaged))
        .collect()
}

fn counts(db: &Connection) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut counts = db.prepare_cached("SELECT tab, count(*) FROM reference_row GROUP BY tab")?;
    let counted = counts.query_map([], |row| Ok((row.get(0)?, count(row, 1)?)))?;
    Ok(counted.collect::<Result<_, _>>()?)
}

/// Of a row that comes twice, the last word.
pub fn latest(rows: &[RoutedRow]) -> BTreeMap<(Table, Uuid), &RoutedRow> {
    rows.iter().map(|routed| (routed.row.key(), routed)).collect()
}

/// Reads a row.
pub fn row(db: &Connection, table: Table, key: Uuid) -> Result<Option<Reference>, StoreError> {
    Ok(match kept(db, table, key)? {
        Some((_, body)) => Some(serde_json::from_str(&body).map_err(damaged)?),
        None => None,
    })
}

fn kept(db: &Connection, table: Table, key: Uuid) -> Result<Option<(u64, String)>, StoreError> {
    Ok(db
        .prepare_cached("SELECT version, body FROM reference_row WHERE tab = ?1 AND key = ?2")?
        .query_row(params![table.name(), key.into_bytes()], |row| Ok((count(row, 0)?, row.get(1)?)))
        .optional()?)
}

/// Writes a row and gathers what its scopes must be told. Answers whether it was news.
pub fn upsert(db: &Connection, routed: &RoutedRow, additions: &mut Additions) -> Result<bool, StoreError> {
    let (table, key) = routed.row.key();
    let body = serde_json::to_string(&routed.row).map_err(damaged)?;
    let kept = kept(db, table, key)?;
    let (was, will) = (scopes_of(db, table, key)?, routed.scopes.iter().copied().collect::<BTreeSet<_>>());
    if was == will && kept.as_ref().is_some_and(|(_, before)| *before == body) {
        return Ok(false);
    }
    let before = kept.map(|(version, _)| version);
    let version = before.unwrap_or(0) + 1;
    db.prepare_cached(
        "INSERT INTO reference_row (tab, key, version, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tab, key) DO UPDATE SET version = excluded.version, body = excluded.body",
    )?
    .execute(params![table.name(), key.into_bytes(), int(version), body])?;
    for scope in &will {
        additions.row(*scope, (table, key), version, before.filter(|_| was.contains(scope)));
    }
    for scope in was.difference(&will) {
        additions.row_gone(*scope, (table, key), before.unwrap_or_default());
    }
    Ok(true)
}

pub fn scopes_of(db: &Connection, table: Table, key: Uuid) -> Result<BTreeSet<ScopeId>, StoreError> {
    db.prepare_cached("SELECT scope FROM row_scope WHERE tab = ?1 AND key = ?2")?
        .query_map(params![table.name(), key.into_bytes()], |row| row.get::<_, String>(0))?
        .map(|scope| scope?.parse().map_err(damaged))
        .collect()
}

/// Notes the line that speaks of a row now, and removes the one that did before.
pub fn place(
    db: &Connection,
    scope: ScopeId,
    (table, key): (Table, Uuid),
    seq: Option<u64>,
) -> Result<(), StoreError> {
    let name = scope.to_string();
    db.prepare_cached(
        "DELETE FROM scope_log WHERE scope = ?1
         AND seq = (SELECT seq FROM row_scope WHERE tab = ?2 AND key = ?3 AND scope = ?1)",
    )?
    .execute(params![name, table.name(), key.into_bytes()])?;
    match seq {
        Some(seq) => db
            .prepare_cached(
                "INSERT INTO row_scope (tab, key, scope, seq) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (tab, key, scope) DO UPDATE SET seq = excluded.seq",
            )?
            .execute(params![table.name(), key.into_bytes(), name, int(seq)])?,
        None => db
            .prepare_cached("DELETE FROM row_scope WHERE tab = ?1 AND key = ?2 AND scope = ?3")?
            .execute(params![table.name(), key.into_bytes(), name])?,
    };
    Ok(())
}
