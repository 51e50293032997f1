//! The delivery to a CRM out of SQLite; `on_postgres` tells the same stories.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its story has failed")]

mod crm;
#[path = "../support/sqlite.rs"]
mod database;
mod desk;
mod stories;
