//! Floor 5: the server.

pub mod connectors;
pub mod people;
pub mod store;
