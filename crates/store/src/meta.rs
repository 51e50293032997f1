//! Settings: who is signed in, with which hand the device writes, how far it has read.

use crate::{CommitError, ReadError, Reader};
use rusqlite::{OptionalExtension, Transaction, params};

pub fn write(tx: &Transaction<'_>, settings: &[(&'static str, Option<Vec<u8>>)]) -> Result<(), CommitError> {
    for (key, value) in settings {
        match value {
            Some(value) => tx
                .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
                .execute(params![key, value])?,
            None => tx.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key])?,
        };
    }
    Ok(())
}

impl Reader<'_> {
    /// A setting, if it was ever written.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }
}
