//! Floor 5: the server. Merges documents, keeps the activity log, feeds the CRM.
//!
//! A folder per capability: its work, and its routes where it has any. What is kept is behind the traits of `store`.
//! Knows nothing of devices' insides: it meets them only through `sync`.

pub mod activity;
mod app;
mod auth;
pub mod backup;
mod body;
pub mod chance;
pub mod clock;
pub mod config;
pub mod connectors;
mod courier;
mod figures;
mod operations;
pub mod people;
mod pokes;
mod problem;
mod rates;
pub mod segments;
mod server;
mod socket;
pub mod store;
mod sync;

pub use auth::{BadPassword, Passwords};
pub use chance::Chance;
pub use clock::Clock;
pub use config::Config;
pub use server::{CannotRun, Core, Running, assemble, open, openapi, start};
