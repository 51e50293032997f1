//! Tables `scope` and `scope_log`: what each scope saw, in which order, and the sum over it.

use super::rows::place;
use super::values::{count, int};
use crate::store::log::{Addition, Additions, Line, ROW_GONE};
use crate::store::{Announcer, StoreError};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use sync::{Checksum, ScopeId};

/// Writes all lines.
pub fn write(db: &Connection, additions: &Additions) -> Result<(), StoreError> {
    additions.scopes().try_for_each(|(scope, addition)| append(db, scope, addition))
}

/// Notes which scopes' logs grow through a connection, whoever writes them, and announces it when the connection has
/// committed. What was rolled back may be announced too: that costs a look.
pub struct Growth {
    grown: Arc<Mutex<BTreeSet<ScopeId>>>,
    announcer: Announcer,
}

impl Growth {
    pub fn of(connection: &Connection, announcer: Announcer) -> Result<Self, StoreError> {
        let grown = Arc::<Mutex<BTreeSet<ScopeId>>>::default();
        let noted = Arc::clone(&grown);
        connection.create_scalar_function("grew", 1, FunctionFlags::SQLITE_UTF8, move |called| {
            let scope = called.get::<String>(0)?.parse::<ScopeId>();
            noted.lock().unwrap_or_else(PoisonError::into_inner).extend(scope.ok());
            Ok(true)
        })?;
        // Triggers of this connection alone: they are no part of the schema.
        connection.execute_batch(
            "CREATE TEMP TRIGGER scope_begun AFTER INSERT ON main.scope BEGIN SELECT grew(new.id); END;
             CREATE TEMP TRIGGER scope_grown AFTER UPDATE OF head ON main.scope BEGIN SELECT grew(new.id); END;",
        )?;
        Ok(Self { grown, announcer })
    }

    /// What was written is durable now.
    pub fn committed(&self) {
        let grown = std::mem::take(&mut *self.grown.lock().unwrap_or_else(PoisonError::into_inner));
        self.announcer.grew(grown);
    }
}

fn append(db: &Connection, scope: ScopeId, addition: &Addition) -> Result<(), StoreError> {
    let lines = addition.lines.len() as u64;
    let (head, sum) = db
        .prepare_cached(
            "INSERT INTO scope (id, head, sum) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET head = head + ?2 RETURNING head, sum",
        )?
        .query_row(params![scope.to_string(), int(lines), Checksum::default().0], |row| {
            Ok((count(row, 0)?, row.get(1).map(Checksum)?))
        })?;
    db.prepare_cached("UPDATE scope SET sum = ?2, last_gone = iif(?3, head, last_gone) WHERE id = ?1")?
        .execute(params![scope.to_string(), sum.plus(addition.sum).0, addition.takes_away()])?;
    let first = head - lines + 1;
    (first..).zip(&addition.lines).try_for_each(|(seq, line)| write_line(db, scope, seq, line))
}

fn write_line(db: &Connection, scope: ScopeId, seq: u64, line: &Line) -> Result<(), StoreError> {
    let (id, row) = (line.id(), line.row());
    db.prepare_cached(
        "INSERT INTO scope_log (scope, seq, kind, id, hash, tab, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        scope.to_string(),
        int(seq),
        line.kind(),
        id.into_bytes(),
        line.hash().map(|hash| hash.0),
        row.map(|(table, _)| table.name()),
        row.map(|(_, version)| int(version)),
    ])?;
    match row {
        Some((table, _)) => place(db, scope, (table, id), (line.kind() != ROW_GONE).then_some(seq)),
        None => Ok(()),
    }
}
