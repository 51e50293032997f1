//! Tables `scope` and `scope_log`: what each scope saw, in which order, and the sum over it.

use super::rows::place;
use super::values::{count, int};
use crate::store::{Announcer, StoreError};
use document::ChangeHash;
use domain::ids::DocId;
use domain::reference::Table;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use sync::{Checksum, ScopeId};
use uuid::Uuid;

/// Kinds of lines, as they stand in the column.
pub const CHANGE: i64 = 1;
pub const ROW: i64 = 2;
pub const ROW_GONE: i64 = 3;

/// A line to be written.
#[derive(Debug, Clone)]
pub enum Line {
    Change { doc: DocId, hash: ChangeHash },
    Row { table: Table, key: Uuid, version: u64 },
    RowGone { table: Table, key: Uuid, version: u64 },
}

#[derive(Default)]
struct Addition {
    lines: Vec<Line>,
    sum: Checksum,
}

/// What a transaction adds to logs. Gathered first and written LAST, scopes in sorted order: a sequence is allocated
/// just before the commit, so that the order of sequences is the order of commits inside a scope.
#[derive(Default)]
pub struct Additions(BTreeMap<ScopeId, Addition>);

impl Additions {
    /// A change came into a scope.
    pub fn change(&mut self, scope: ScopeId, doc: DocId, hash: ChangeHash) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(Checksum::of_change(&scope, doc, &hash));
        addition.lines.push(Line::Change { doc, hash });
    }

    /// A row came into a scope, or a newer version of one that was there.
    pub fn row(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64, before: Option<u64>) {
        let of = |version| Checksum::of_row(&scope, table, key, version);
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(of(version)).minus(before.map(of).unwrap_or_default());
        addition.lines.push(Line::Row { table, key, version });
    }

    /// A row left a scope.
    pub fn row_gone(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.minus(Checksum::of_row(&scope, table, key, version));
        addition.lines.push(Line::RowGone { table, key, version });
    }

    /// Writes all lines.
    pub fn write(self, db: &Connection) -> Result<(), StoreError> {
        self.0.into_iter().try_for_each(|(scope, addition)| append(db, scope, &addition))
    }
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
    db.prepare_cached("UPDATE scope SET sum = ?2 WHERE id = ?1")?
        .execute(params![scope.to_string(), sum.plus(addition.sum).0])?;
    let first = head - lines + 1;
    (first..).zip(&addition.lines).try_for_each(|(seq, line)| write_line(db, scope, seq, line))
}

fn write_line(db: &Connection, scope: ScopeId, seq: u64, line: &Line) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO scope_log (scope, seq, kind, id, hash, tab, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let name = scope.to_string();
    match *line {
        Line::Change { doc, hash } => {
            let none = None::<i64>;
            insert.execute(params![name, int(seq), CHANGE, doc.0.into_bytes(), hash.0, none, none])?;
        }
        Line::Row { table, key, version } | Line::RowGone { table, key, version } => {
            let gone = matches!(line, Line::RowGone { .. });
            let kind = if gone { ROW_GONE } else { ROW };
            let none = None::<[u8; 32]>;
            let values = params![name, int(seq), kind, key.into_bytes(), none, table.name(), int(version)];
            insert.execute(values)?;
            place(db, scope, (table, key), (!gone).then_some(seq))?;
        }
    }
    Ok(())
}
