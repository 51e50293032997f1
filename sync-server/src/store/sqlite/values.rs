//! How values of the trade stand in columns. Ids and hashes are blobs, instants are milliseconds, words are text.

pub use crate::store::values::{damaged, from_scopes, from_word, instant, int, millis, scopes, word};

use rusqlite::Row;
use uuid::Uuid;

/// An id, from a column.
pub fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

/// An id that may be null, from a column.
pub fn id_option(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

/// A count, from a column.
pub fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}
