//! What is filled in, the same for both databases: documents of five changes in a hundred scopes. Each table's rows are
//! those of one real document that the server wrote, with what makes a row another one put in its place; so a column
//! that is not named here is as the server writes it.

use anyhow::Result;
use benches::company::found;
use benches::workload::{CHANGES, Workload};
use device::{Clock, SystemClock};
use domain::ids::{DocId, TerritoryId};
use domain::people::Audience;
use std::fmt::Write;
use sync::ScopeId;
use sync_server::Config;
use uuid::Uuid;

/// Scopes that share the changes.
pub const SCOPES: usize = 100;
/// Changes of a document.
pub const PER_DOCUMENT: usize = 5;
/// Changes of a pull.
pub const PULL: usize = 100;
/// Bytes of a change.
pub const BYTES: usize = 60;
/// What the server counts for an entry beside its payload.
const ENTRY: usize = 64;
/// So that a pull is of exactly so many.
pub const ROOM: usize = PULL * (BYTES + ENTRY);

/// The scope of a number.
pub fn scope(n: usize) -> ScopeId {
    ScopeId::Territory(TerritoryId(Uuid::from_u128(n as u128)), Audience::Commercial)
}

/// A table, one row for each change or for each document, and the columns that are put in place, by name, in the
/// database's own words.
pub struct Table {
    pub name: &'static str,
    pub of: Of,
    pub puts: &'static [(&'static str, &'static str)],
}

/// For what there is a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Change,
    Document,
    Scope,
}

impl Of {
    /// How many rows, with so many changes.
    pub fn rows(self, changes: usize) -> usize {
        match self {
            Self::Change => changes,
            Self::Document => changes / PER_DOCUMENT,
            Self::Scope => SCOPES,
        }
    }
}

/// The statement that fills some rows of a table: `numbers` is a relation of the row's number and what follows from it,
/// `pattern` the row that the server wrote.
pub fn statement(table: &Table, columns: &[String], numbers: &str, pattern: &str) -> Result<String> {
    let value = |column: &String| {
        let put = table.puts.iter().find(|(name, _)| name == column);
        put.map_or_else(|| format!("pattern.{column}"), |(_, value)| (*value).to_owned())
    };
    let (names, values): (Vec<_>, Vec<_>) =
        columns.iter().map(|column| (column.clone(), value(column))).unzip();
    let mut sql = String::new();
    write!(sql, "INSERT INTO {} ({}) ", table.name, names.join(", "))?;
    write!(sql, "SELECT {} FROM ({numbers}) AS n, ({pattern}) AS pattern", values.join(", "))?;
    Ok(sql)
}

/// Makes the schema by opening the store, and lets it write one document. Answers which, and its scope.
pub async fn pattern(config: &Config) -> Result<(DocId, ScopeId)> {
    let now = SystemClock.now();
    let mut workload = Workload::of(1, &CHANGES, now)?;
    let store = sync_server::open(config).await?;
    found(store.as_ref(), &workload.people, now).await?;
    for written in &mut workload.documents {
        written.changes.truncate(1);
    }
    benches::company::fill(store.as_ref(), &workload, now).await?;
    store.close().await?;
    Ok((workload.documents[0].doc, workload.people.scope(Audience::Commercial)))
}
