//! Floor 3: the encrypted SQLite of a device: documents, what waits to be sent, copies of reference rows, and
//! projections of both for the screens. One file per table group holds its SQL and its functions.
//!
//! Writing is [`Store::commit`] alone: one batch, one transaction, durable when it returns. It never judges: what a
//! rule thinks of a batch was decided before. Knows nothing of the network, of clocks or of what a checksum means.

mod batch;
mod calls;
mod consent;
mod documents;
mod error;
mod feed;
mod fold;
mod insight;
mod key;
mod leave;
mod meta;
mod open;
mod outbox;
mod people;
mod planning;
mod reader;
mod reference;
mod row;
mod schema;
mod search;
mod segment;
mod timeline;

pub use batch::{
    Arrival, Arrived, ArrivedRow, Batch, Decision, GoneDoc, GoneRow, OwnChange, Piece, SavedDocument,
    ScopeStep, Verdict, Weight,
};
pub use calls::CallRow;
pub use error::{CommitError, OpenError, ReadError};
pub use key::Key;
pub use open::Store;
pub use outbox::{Waiting, WaitingGroup};
pub use reader::Reader;
pub use search::HcpRows;
pub use timeline::{TimelineMark, TimelineRow, TimelineSource};

#[cfg(test)]
mod tests;
