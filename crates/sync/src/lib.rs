//! Floor 2: the conversation between device and server.
//!
//! Here are the forms on the wire by version, the scope log's words, and the device's side of the conversation as a
//! machine without IO: events go in with `now` and chance, effects come out. Knows nothing of HTTP, SQL or tokio.

mod cbor;
mod checksum;
mod cursor;
pub mod json;
pub mod pokes;
mod scope;
pub mod session;
pub mod wire;

pub use checksum::Checksum;
pub use cursor::{BadCursor, Cursor};
pub use scope::{BadScope, ScopeId};
