//! Floor 1: documents that merge. The only crate that names automerge.
//!
//! One file per kind of document: how it is laid out, read to domain and written as a change. Here is also what a
//! change is, and which changes a document takes. Knows nothing of storage, network, clocks or rules of a country.

mod admit;
mod author;
pub mod call;
mod change;
mod chunk;
pub mod consent;
mod content;
mod document;
mod fits;
pub mod follow_up;
mod guard;
mod kept;
mod kind;
pub mod profile_notes;
mod reauthor;
mod values;

pub use admit::{Inadmissible, admit};
pub use author::{Actor, Author};
pub use change::{BrokenChange, Change, ChangeHash, MAX_CHANGE_BYTES};
pub use content::Content;
pub use document::{CannotApply, Document, Heads};
pub use guard::{Panicked, guarded};
pub use kept::{CannotOpen, open};
pub use kind::Kind;
pub use reauthor::reauthor;
pub use values::Unreadable;
