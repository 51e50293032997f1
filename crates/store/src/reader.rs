//! Reading one consistent state. What can be read stands beside the tables that it is read from.

use rusqlite::Connection;

/// A state of the store. All that is read through it belongs together.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
}

impl<'a> Reader<'a> {
    pub(crate) fn over(connection: &'a Connection) -> Self {
        Self { connection }
    }
}
