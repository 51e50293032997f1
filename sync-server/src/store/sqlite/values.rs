//! How values of the trade stand in columns. Ids and hashes are blobs, instants are milliseconds, words are text.

use crate::store::StoreError;
use domain::Instant;
use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};
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

/// A count, for a column.
pub fn int(count: u64) -> i64 {
    count.cast_signed()
}

/// An instant, for a column.
pub fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

/// A word of a closed list, for a column.
pub fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::Failed(format!("not a word: {other:?}"))),
    }
}

/// A word of a closed list, from a column.
pub fn from_word<T: DeserializeOwned>(word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(damaged)
}

/// What is kept cannot be read.
pub fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}
