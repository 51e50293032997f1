//! Sync: what waits on devices comes up, what is new goes down. Who may hold what is decided here, from the server's
//! own tables, when the request is handled.

mod begin;
mod entitlement;
mod judge;
mod opened;
pub mod placement;
mod pull;
mod quarantine;
pub mod routes;
mod work;

pub use entitlement::Entitlement;
pub use quarantine::Quarantine;
