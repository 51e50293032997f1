//! A bare load of a CSV file into SQLite: every field as it stands, one table without keys, one transaction. What
//! the import of golden records is compared with.

use anyhow::Result;
use csv::ByteRecord;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

/// Loads these columns of a file, all of them when none is named, and answers how many rows there were.
pub fn load(csv: &Path, db: &Path, columns: &[&str]) -> Result<u64> {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(64 << 10).from_path(csv)?;
    let wanted = |name: &str| columns.is_empty() || columns.contains(&name);
    let header = reader.headers()?.clone();
    let places: Vec<usize> =
        header.iter().enumerate().filter(|(_, name)| wanted(name)).map(|(place, _)| place).collect();
    let mut connection = Connection::open(db)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let names: Vec<String> = places.iter().map(|place| format!("c{place}")).collect();
    connection.execute_batch(&format!("CREATE TABLE loaded ({})", names.join(", ")))?;
    let transaction = connection.transaction()?;
    let sql = format!("INSERT INTO loaded VALUES ({})", vec!["?"; places.len()].join(", "));
    let mut insert = transaction.prepare(&sql)?;
    let (mut record, mut rows) = (ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        let fields = places.iter().map(|place| std::str::from_utf8(&record[*place]).unwrap_or_default());
        insert.execute(params_from_iter(fields))?;
        rows += 1;
    }
    drop(insert);
    transaction.commit()?;
    Ok(rows)
}
