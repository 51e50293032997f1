//! How values of the trade stand in columns. Ids are of type uuid, hashes and actors are bytes, sums are numbers.

pub use crate::store::values::{damaged, from_scopes, from_word, instant, int, millis, scopes, word};

use crate::store::StoreError;
use document::{Actor, ChangeHash};
use sync::{Checksum, ScopeId};
use tokio_postgres::Row;

/// A count, from a column.
pub fn count(row: &Row, column: usize) -> Result<u64, StoreError> {
    Ok(row.try_get::<_, i64>(column)?.cast_unsigned())
}

/// A scope, from a column.
pub fn scope(row: &Row, column: usize) -> Result<ScopeId, StoreError> {
    row.try_get::<_, &str>(column)?.parse().map_err(damaged)
}

/// The hash of a change, from its bytes.
pub fn hash(bytes: &[u8]) -> Result<ChangeHash, StoreError> {
    bytes.try_into().map(ChangeHash).map_err(damaged)
}

/// An actor, from its bytes.
pub fn actor(bytes: &[u8]) -> Result<Actor, StoreError> {
    bytes.try_into().map(Actor).map_err(damaged)
}

/// A sum, for a column: as the text of a number, because numbers of the client end at 64 bits.
pub fn sum(sum: Checksum) -> String {
    u128::from_be_bytes(sum.0).to_string()
}

/// A sum, from the text of a number.
pub fn from_sum(text: &str) -> Result<Checksum, StoreError> {
    text.parse::<u128>().map(|sum| Checksum(sum.to_be_bytes())).map_err(damaged)
}
