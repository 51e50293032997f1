//! Small pieces that every table file uses: bodies, instants, one row or none.

use crate::ReadError;
use chrono::{DateTime, Utc};
use domain::Instant;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Milliseconds since 1970.
pub fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

/// The instant of milliseconds since 1970.
pub fn instant(millis: i64) -> Instant {
    DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default()
}

/// Reads JSON.
pub fn decode<T: DeserializeOwned>(body: &str) -> Result<T, ReadError> {
    serde_json::from_str(body).map_err(|error| ReadError::Damaged(error.to_string()))
}

/// The first column of one row as JSON; none when there is no row.
pub fn body<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, ReadError> {
    let found: Option<String> =
        connection.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?;
    found.as_deref().map(decode).transpose()
}

/// The first column of all rows as JSON.
pub fn bodies<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>, ReadError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(decode(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(all)
}

/// An id in a column.
pub fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Uuid::from_bytes(bytes))
}
