//! Opening what a store kept. One document that the library cannot open must not take the others with it.

use crate::guard::{Panicked, guarded};
use crate::{CannotApply, Content, Document, Kind, Unreadable};
use domain::ids::DocId;

/// Why a document that is kept cannot be opened. It is the document's fault, never that of who asks for it.
#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    /// The bytes are no document.
    #[error(transparent)]
    Load(#[from] CannotApply),
    /// It is not of its kind.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// The library panicked.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

/// Loads a document and reads what it says.
pub fn open(kind: Kind, doc: DocId, saved: &[u8]) -> Result<(Document, Content), CannotOpen> {
    guarded(|| {
        let document = Document::load(saved)?;
        let content = Content::read(kind, doc, &document)?;
        Ok((document, content))
    })?
}
