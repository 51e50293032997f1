//! Floor 5: the server.

pub mod people;
