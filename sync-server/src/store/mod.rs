//! The server's stores. SQL text lives here and in `migrations/` only.

pub mod sqlite;
