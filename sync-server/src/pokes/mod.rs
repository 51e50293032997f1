//! Pokes: who follows a scope hears that its log grew, and nothing more. What is new is read by sync; a poke that is
//! lost costs time and nothing else.
//!
//! Whoever commits says so (`store::Follower`), here and, over NATS, to the other servers; a lookout asks the database
//! how far the logs have come, which is the truth, and pokes the streams whose scopes grew.

mod grown;
mod lookout;
mod nats;
pub mod routes;
mod streams;
mod work;

pub use grown::Grown;
pub use lookout::Lookout;
pub use nats::{BadNats, Nats};
pub use streams::Streams;
