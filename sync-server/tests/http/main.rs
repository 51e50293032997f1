//! The server over real HTTP: stories of people and their devices. What a store must do by itself is told in the
//! store's own tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod backups;
#[path = "../support/sqlite.rs"]
mod database;
#[path = "../support/ears.rs"]
mod ears;
mod effects;
mod exchange;
mod faults;
mod hostile;
mod moving;
mod moving_people;
mod operations;
mod pokes;
mod rates;
mod refusals;
mod segments;
mod signing_in;
mod support;
mod wall;
