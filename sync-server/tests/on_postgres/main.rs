//! The stories of the server's other tests, told on PostgreSQL, and those that only PostgreSQL has.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../http/backups.rs"]
mod backups;
#[path = "../delivery/crm.rs"]
mod crm;
#[path = "../support/postgres.rs"]
mod database;
#[path = "../delivery/stories.rs"]
mod delivery;
#[path = "../delivery/desk.rs"]
mod desk;
#[path = "../support/ears.rs"]
mod ears;
#[path = "../http/effects.rs"]
mod effects;
#[path = "../http/exchange.rs"]
mod exchange;
#[path = "../http/faults.rs"]
mod faults;
#[path = "../golden/stories.rs"]
mod golden;
#[path = "../http/moving.rs"]
mod moving;
#[path = "../http/moving_people.rs"]
mod moving_people;
#[path = "../http/operations.rs"]
mod operations;
#[path = "../http/pokes.rs"]
mod pokes;
#[path = "../http/rates.rs"]
mod rates;
#[path = "../http/refusals.rs"]
mod refusals;
mod replicas;
#[path = "../http/segments.rs"]
mod segments;
#[path = "../http/signing_in.rs"]
mod signing_in;
#[path = "../store/stories.rs"]
mod stories;
#[path = "../http/support.rs"]
mod support;
#[path = "../http/wall.rs"]
mod wall;
