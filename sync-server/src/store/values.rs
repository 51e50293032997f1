//! How values of the trade stand in columns of every database: instants are milliseconds, words are text.

use super::StoreError;
use domain::Instant;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use sync::ScopeId;

/// A count, for a column.
pub fn int(count: u64) -> i64 {
    count.cast_signed()
}

/// An instant, for a column.
pub fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

/// An instant, from a column.
pub fn instant(millis: i64) -> Result<Instant, StoreError> {
    Instant::from_timestamp_millis(millis).ok_or_else(|| damaged(format!("{millis} is no instant")))
}

/// Scopes, for a column: with spaces between.
pub fn scopes(scopes: &BTreeSet<ScopeId>) -> String {
    scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Scopes, from a column.
pub fn from_scopes(text: &str) -> Result<BTreeSet<ScopeId>, StoreError> {
    text.split_whitespace().map(|scope| scope.parse().map_err(damaged)).collect()
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
