//! Imports into the golden records on SQLite; `on_postgres` tells the same stories.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/sqlite.rs"]
mod database;
mod stories;
