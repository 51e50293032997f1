//! The fill of a SQLite file.

use super::fill::{BYTES, Of, SCOPES, Table, pattern, statement};
use anyhow::Result;
use benches::company::config;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use std::path::Path;
use std::time::Instant;

/// The name of the database in the folder of the server's data.
const FILE: &str = "rounds-server.db";
/// Rows of one transaction.
const BATCH: usize = 500_000;

/// In the order in which rows refer to each other.
const TABLES: [Table; 5] = [
    Table { name: "scope", of: Of::Scope, puts: &[("id", "scope_named(n.i)"), ("head", "n.head")] },
    Table {
        name: "document",
        of: Of::Document,
        puts: &[("id", "mixed(n.d, 16)"), ("saved", "zeroblob(60)")],
    },
    Table {
        name: "document_scope",
        of: Of::Document,
        puts: &[("doc", "mixed(n.d, 16)"), ("scope", "scope_named(n.s)")],
    },
    Table {
        name: "change",
        of: Of::Change,
        puts: &[
            ("doc", "mixed(n.d, 16)"),
            ("hash", "mixed(n.i, 32)"),
            ("seq", "n.k + 1"),
            ("place", "n.k + 1"),
            ("last_op", "n.k + 1"),
            ("bytes", "mixed(n.i, 60)"),
        ],
    },
    Table {
        name: "scope_log",
        of: Of::Change,
        puts: &[
            ("scope", "scope_named(n.s)"),
            ("seq", "n.line"),
            ("id", "mixed(n.d, 16)"),
            ("hash", "mixed(n.i, 32)"),
        ],
    },
];

/// Fills a folder's database. Answers what it has become.
pub async fn fill(data: &Path, changes: usize) -> Result<String> {
    let (doc, scope) = pattern(&config(data, None)).await?;
    let (file, doc) = (data.join(FILE), doc.0.simple().to_string());
    let begin = Instant::now();
    let filled = file.clone();
    let filling = move || -> Result<()> {
        let connection = open(&filled)?;
        TABLES.iter().try_for_each(|table| one(&connection, table, changes, (&doc, &scope.to_string())))?;
        connection.execute_batch("PRAGMA optimize")?;
        Ok(())
    };
    tokio::task::spawn_blocking(filling).await??;
    let gigabytes = std::fs::metadata(&file)?.len() as f64 / 1e9;
    Ok(format!(
        "{changes} changes of {BYTES} bytes in {SCOPES} scopes: {gigabytes:.2} GB, filled in {:.0} s",
        begin.elapsed().as_secs_f64()
    ))
}

/// Nothing of a fill that is cut off is kept, so nothing waits for the disk.
fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "cache_size", -1_500_000)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("mixed", 2, flags, |context| {
        Ok(mixed(context.get(0)?, usize::from(context.get::<u8>(1)?)))
    })?;
    connection.create_scalar_function("scope_named", 1, flags, |context| {
        Ok(super::scope(usize::from(context.get::<u8>(0)?)).to_string())
    })?;
    Ok(connection)
}

/// Bytes that follow from a number and look like chance, as ids and hashes do (splitmix64, Steele and others 2014).
fn mixed(number: i64, length: usize) -> Vec<u8> {
    let mut state = number.cast_unsigned();
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| next()).collect();
    bytes.truncate(length);
    bytes
}

fn one(connection: &Connection, table: &Table, changes: usize, (doc, scope): (&str, &str)) -> Result<()> {
    let columns = columns(connection, table.name)?;
    let pattern = match table.name {
        "scope" => format!("SELECT * FROM scope WHERE id = '{scope}'"),
        "document" => format!("SELECT * FROM document WHERE id = x'{doc}'"),
        "scope_log" => format!("SELECT * FROM scope_log WHERE id = x'{doc}' LIMIT 1"),
        other => format!("SELECT * FROM {other} WHERE doc = x'{doc}' LIMIT 1"),
    };
    let (rows, documents) = (table.of.rows(changes), changes / super::fill::PER_DOCUMENT);
    for first in (0..rows).step_by(BATCH) {
        let last = (first + BATCH).min(rows) - 1;
        let (here, lines) = (documents / SCOPES, changes / SCOPES);
        let numbers = format!(
            "WITH RECURSIVE counted(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM counted WHERE i < {last})
             SELECT i, i % {documents} AS d, i / {documents} AS k, i % {documents} % {SCOPES} AS s, {lines} AS head,
             i / {documents} * {here} + i % {documents} / {SCOPES} + 1 AS line FROM counted"
        );
        connection.execute_batch("BEGIN")?;
        connection.execute(&statement(table, &columns, &numbers, &pattern)?, [])?;
        connection.execute_batch("COMMIT")?;
    }
    Ok(())
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut names = connection.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
    Ok(names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
