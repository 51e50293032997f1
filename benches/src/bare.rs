//! Bare SQL, without anything of ours: what figures are compared with. The files are encrypted and set up like the
//! device's own.

use crate::keychain;
use anyhow::Result;
use rusqlite::{Connection, params};
use std::path::Path;

/// A connection to an encrypted file with the benchmarks' key.
#[derive(Debug)]
pub struct Bare(Connection);

impl Bare {
    /// Opens the file, or makes it.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "key", keychain::literal())?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", -8_000)?;
        Ok(Self(connection))
    }

    /// Makes the table of [`Bare::insert`].
    pub fn make_notes(&self) -> Result<()> {
        self.0.execute_batch("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")?;
        Ok(())
    }

    /// One row, durable when it returns.
    pub fn insert(&self, body: &str) -> Result<()> {
        self.0.prepare_cached("INSERT INTO note (body) VALUES (?1)")?.execute([body])?;
        Ok(())
    }

    /// Documents and HCPs in a device's file.
    pub fn holds(&self) -> Result<(usize, usize)> {
        let sql = "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM hcp)";
        let (documents, hcps): (u32, u32) =
            self.0.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((usize::try_from(documents)?, usize::try_from(hcps)?))
    }

    /// Row ids of the first page of HCPs with words that begin with these.
    pub fn matching(&self, words: &[&str], limit: u32) -> Result<Vec<i64>> {
        let terms: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
        let sql = "SELECT rowid FROM hcp_search WHERE hcp_search MATCH ?1 ORDER BY rowid LIMIT ?2";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params![terms.join(" AND "), limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
