//! The schema: all migrations, applied in order, never edited.

use crate::OpenError;
use rusqlite::Connection;

mod embedded {
    refinery::embed_migrations!("../../migrations/device");
}

/// Brings the file to the newest schema, unless a newer app has written it.
pub fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let runner = embedded::migrations::runner();
    let known = runner.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0);
    let found = version(connection)?;
    let known = u32::try_from(known).unwrap_or(u32::MAX);
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    if found < known {
        runner.run(connection).map_err(|error| OpenError::Migration(error.to_string()))?;
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, OpenError> {
    let fresh = !connection.table_exists(None, "refinery_schema_history")?;
    if fresh {
        return Ok(0);
    }
    let sql = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
