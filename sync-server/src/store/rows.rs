//! Reference rows: golden records and lists of which the server is the authority.

use super::Answer;
use domain::Instant;
use domain::reference::{Row, Table};
use std::collections::BTreeMap;
use sync::ScopeId;
use uuid::Uuid;

/// A row and the scopes that hold it; none when no territory works with it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutedRow {
    /// The row.
    pub row: Row,
    /// Its scopes, each once.
    pub scopes: Vec<ScopeId>,
}

/// What the server is the authority of.
pub trait Rows: Send + Sync {
    /// Writes rows, with one allocation of sequences per scope: bring at least 1,000 at once where there are many.
    /// A row that says what it said before, in the same scopes, is no news. With an HCP whose territory is another one
    /// now goes all that is about them, at this instant. Answers how many rows were news.
    fn upsert_rows(&self, rows: Vec<RoutedRow>, at: Instant) -> Answer<'_, u64>;

    /// A row as it is kept.
    fn row(&self, table: Table, key: Uuid) -> Answer<'_, Option<Row>>;

    /// All rows of a table in the order of their keys. For short lists, such as territories.
    fn rows_of(&self, table: Table) -> Answer<'_, Vec<Row>>;

    /// How many rows each table has, by the table's name; those without any are left out.
    fn row_counts(&self) -> Answer<'_, BTreeMap<String, u64>>;
}
