//! The embedded store: one file per table group, with its SQL, its row shapes and its functions.

pub mod outbox;
