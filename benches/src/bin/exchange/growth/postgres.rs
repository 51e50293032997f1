//! The fill of a PostgreSQL database.

use super::fill::{BYTES, Of, PER_DOCUMENT, SCOPES, Table, pattern, statement};
use anyhow::Result;
use benches::company::config;
use std::time::Instant;
use tokio_postgres::{Client, NoTls};

/// Rows of one statement.
const BATCH: usize = 500_000;
const DOC: &str = "md5('d' || n.d)::uuid";
const HASH: &str = "sha256(int8send(n.i))";

/// Each table's rows, and how the row that the server wrote is found.
const TABLES: [Table; 6] = [
    Table { name: "scope", of: Of::Scope, puts: &[("id", "n.own"), ("head", "n.head")] },
    Table {
        name: "document",
        of: Of::Document,
        puts: &[("home", "n.scope"), ("id", DOC), ("saved", "sha256(int8send(n.d))")],
    },
    Table { name: "document_home", of: Of::Document, puts: &[("doc", DOC), ("home", "n.scope")] },
    Table {
        name: "document_scope",
        of: Of::Document,
        puts: &[("home", "n.scope"), ("doc", DOC), ("scope", "n.scope")],
    },
    Table {
        name: "change",
        of: Of::Change,
        puts: &[
            ("home", "n.scope"),
            ("doc", DOC),
            ("hash", HASH),
            ("seq", "n.k + 1"),
            ("place", "n.k + 1"),
            ("last_op", "n.k + 1"),
            ("bytes", "sha256(int8send(n.i)) || substr(sha256(int8send(-n.i - 1)), 1, 28)"),
        ],
    },
    Table {
        name: "scope_log",
        of: Of::Change,
        puts: &[("scope", "n.scope"), ("seq", "n.line"), ("id", DOC), ("hash", HASH), ("home", "n.scope")],
    },
];

/// Fills a database. Answers what it has become.
pub async fn fill(database: &str, changes: usize) -> Result<String> {
    let nowhere = tempfile::tempdir()?;
    let (doc, scope) = pattern(&config(nowhere.path(), Some(database))).await?;
    let (client, connection) = tokio_postgres::connect(database, NoTls).await?;
    tokio::spawn(connection);
    let begin = Instant::now();
    client.batch_execute("SET synchronous_commit = off").await?;
    for table in &TABLES {
        one(&client, table, changes, (&doc.to_string(), &scope.to_string())).await?;
    }
    client.batch_execute("VACUUM ANALYZE").await?;
    let size = client.query_one("SELECT pg_database_size(current_database())::float8 / 1e9", &[]).await?;
    let gigabytes: f64 = size.try_get(0)?;
    Ok(format!(
        "{changes} changes of {BYTES} bytes in {SCOPES} scopes: {gigabytes:.2} GB, filled in {:.0} s",
        begin.elapsed().as_secs_f64()
    ))
}

async fn one(client: &Client, table: &Table, changes: usize, (doc, scope): (&str, &str)) -> Result<()> {
    let columns = columns(client, table.name).await?;
    let pattern = match table.name {
        "scope" => format!("SELECT * FROM scope WHERE id = '{scope}'"),
        "document" | "scope_log" => format!("SELECT * FROM {} WHERE id = '{doc}' LIMIT 1", table.name),
        other => format!("SELECT * FROM {other} WHERE doc = '{doc}' LIMIT 1"),
    };
    let (rows, documents) = (table.of.rows(changes), changes / PER_DOCUMENT);
    for first in (0..rows).step_by(BATCH) {
        let last = (first + BATCH).min(rows) - 1;
        let numbers = numbers((first, last), documents, changes / SCOPES);
        client.batch_execute(&statement(table, &columns, &numbers, &pattern)?).await?;
    }
    Ok(())
}

fn numbers((first, last): (usize, usize), documents: usize, lines: usize) -> String {
    let named = |number: &str| {
        format!("'t:00000000-0000-0000-0000-' || lpad(to_hex({number}), 12, '0') || ':commercial'")
    };
    let (scope, own) = (named(&format!("(i % {documents} % {SCOPES})")), named(&format!("(i % {SCOPES})")));
    let here = documents / SCOPES;
    format!(
        "SELECT i, i % {documents} AS d, i / {documents} AS k, {scope} AS scope, {own} AS own, {lines} AS head,
         i / {documents} * {here} + i % {documents} / {SCOPES} + 1 AS line
         FROM generate_series({first}::bigint, {last}::bigint) AS i"
    )
}

async fn columns(client: &Client, table: &str) -> Result<Vec<String>> {
    let sql = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public'";
    let rows = client.query(sql, &[&table]).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}
