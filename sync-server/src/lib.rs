//! Floor 5: the server.

pub mod chance;
pub mod clock;
pub mod people;
pub mod store;
