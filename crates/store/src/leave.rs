//! What leaves the device: documents and rows that no followed scope holds any more. A document with changes that wait
//! or were refused stays until the server has them; what a scope held that comes anew stays until it was read to its
//! end. What has gone leaves nothing behind: deleted content is overwritten (`secure_delete`), and the log is folded
//! into the file.

use crate::batch::ScopeStep;
use crate::{CommitError, ReadError, Reader, documents, outbox, people, reference};
use domain::ids::DocId;
use domain::reference::Table;
use rusqlite::{Row, Transaction, params};
use uuid::Uuid;

/// The table of documents, among those of reference rows.
pub const DOCUMENT: &str = "document";

/// What happens to scopes before what the feed brought.
pub fn before(tx: &Transaction<'_>, steps: &[ScopeStep]) -> Result<(), CommitError> {
    for step in steps {
        match step {
            ScopeStep::Left(scope) => empty(tx, scope, None)?,
            ScopeStep::Renewed(scope) => empty(tx, scope, Some(scope))?,
            ScopeStep::Lost(scope) => outbox::wait_again(tx, scope)?,
            ScopeStep::Ended(_) => {}
        }
    }
    Ok(())
}

/// What happens to scopes after it: what may leave now, leaves. Says whether something has left.
pub fn after(tx: &Transaction<'_>, steps: &[ScopeStep]) -> Result<bool, CommitError> {
    for step in steps {
        if let ScopeStep::Ended(scope) = step {
            tx.prepare_cached("UPDATE leaving SET until = NULL WHERE until = ?1")?.execute([scope])?;
        }
    }
    let free = free(tx)?;
    let mut people_left = false;
    for (table, key) in &free {
        let table_of_rows = Table::named(table);
        people_left |= table_of_rows == Some(Table::Hcp);
        match table_of_rows {
            Some(table) => reference::remove(tx, table, *key)?,
            None => documents::remove(tx, DocId(*key))?,
        }
        stay(tx, table, *key)?;
    }
    if people_left {
        people::forget_words(tx)?;
    }
    Ok(!free.is_empty())
}

/// Takes something off the list: a scope holds it, or it has gone.
pub fn stay(tx: &Transaction<'_>, table: &str, key: Uuid) -> Result<(), CommitError> {
    tx.prepare_cached("DELETE FROM leaving WHERE tbl = ?1 AND key = ?2")?
        .execute(params![table, key.as_bytes()])?;
    Ok(())
}

/// Puts something on the list that a scope has given up, unless another one holds it.
pub fn go(tx: &Transaction<'_>, table: &str, key: Uuid, until: Option<&str>) -> Result<(), CommitError> {
    let elsewhere = if table == DOCUMENT {
        // `CROSS` keeps the order: without it every change that there is would be looked at for each document.
        let sql = "SELECT 1 FROM scope CROSS JOIN scope_change ON scope_change.scope = scope.id AND doc = ?1";
        tx.prepare_cached(sql)?.exists([key.as_bytes()])?
    } else {
        let sql = "SELECT 1 FROM scope_row WHERE tbl = ?1 AND key = ?2";
        tx.prepare_cached(sql)?.exists(params![table, key.as_bytes()])?
    };
    if !elsewhere {
        tx.prepare_cached("INSERT OR REPLACE INTO leaving (tbl, key, until) VALUES (?1, ?2, ?3)")?
            .execute(params![table, key.as_bytes(), until])?;
    }
    Ok(())
}

/// A scope holds nothing any more.
fn empty(tx: &Transaction<'_>, scope: &str, until: Option<&str>) -> Result<(), CommitError> {
    let docs = held(tx, "SELECT DISTINCT 'document', doc FROM scope_change WHERE scope = ?1", scope)?;
    let rows = held(tx, "SELECT tbl, key FROM scope_row WHERE scope = ?1", scope)?;
    for sql in [
        "DELETE FROM scope_change WHERE scope = ?1",
        "DELETE FROM scope_row WHERE scope = ?1",
        "DELETE FROM scope WHERE id = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([scope])?;
    }
    docs.into_iter().chain(rows).try_for_each(|(table, key)| go(tx, &table, key, until))
}

fn held(tx: &Transaction<'_>, sql: &str, scope: &str) -> Result<Vec<(String, Uuid)>, CommitError> {
    Ok(tx.prepare_cached(sql)?.query_map([scope], named)?.collect::<Result<_, _>>()?)
}

/// What may leave: nothing that waits for a scope to come again, and no document with changes that wait or were
/// refused: those are nowhere else.
fn free(tx: &Transaction<'_>) -> Result<Vec<(String, Uuid)>, CommitError> {
    let mut statement = tx.prepare_cached(
        "SELECT tbl, key FROM leaving WHERE until IS NULL AND NOT
         (tbl = 'document' AND EXISTS (SELECT 1 FROM own_change WHERE doc = key))",
    )?;
    Ok(statement.query_map([], named)?.collect::<Result<_, _>>()?)
}

fn named(row: &Row<'_>) -> rusqlite::Result<(String, Uuid)> {
    Ok((row.get(0)?, crate::row::uuid(row, 1)?))
}

impl Reader<'_> {
    /// Whether a document is about to leave the device: it takes no more edits.
    pub fn is_leaving(&self, doc: DocId) -> Result<bool, ReadError> {
        let sql = "SELECT 1 FROM leaving WHERE tbl = 'document' AND key = ?1 AND until IS NULL";
        Ok(self.connection.prepare_cached(sql)?.exists([doc.0.as_bytes()])?)
    }

    /// Whether nothing waits to leave the device.
    pub fn has_left_all(&self) -> Result<bool, ReadError> {
        let sql = "SELECT 1 FROM leaving WHERE until IS NULL";
        Ok(!self.connection.prepare_cached(sql)?.exists([])?)
    }
}
