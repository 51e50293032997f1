//! Documents as they are, and the dispatch of what they say to the projections.

use crate::batch::SavedDocument;
use crate::{CommitError, ReadError, Reader, calls, consent, outbox, people, planning};
use document::{Content, Document, Kind};
use domain::ids::DocId;
use rusqlite::{OptionalExtension, Transaction, params};

/// A document in its new state: id, kind, bytes.
pub const PUT: &str =
    "INSERT INTO document (id, kind, saved) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET saved = ?3";

pub fn write(tx: &Transaction<'_>, documents: &[SavedDocument]) -> Result<(), CommitError> {
    for document in documents {
        tx.prepare_cached(PUT)?.execute(params![
            document.doc.0.as_bytes(),
            document.kind.name(),
            document.saved
        ])?;
        project(tx, document)?;
    }
    Ok(())
}

fn project(tx: &Transaction<'_>, document: &SavedDocument) -> Result<(), CommitError> {
    match &document.content {
        Content::Call(call) => calls::project(tx, call, document.contested),
        Content::Consent(consent) => consent::project(tx, consent),
        Content::ProfileNotes(notes) => people::project_notes(tx, notes),
        Content::FollowUp(follow_up) => planning::project(tx, follow_up),
    }
}

/// A document leaves with everything that it said.
pub fn remove(tx: &Transaction<'_>, doc: DocId) -> Result<(), CommitError> {
    let held = Reader::over(tx).document(doc).map_err(|_| CommitError::Damaged)?;
    if let Some((kind, saved)) = held {
        unproject(tx, &read(kind, doc, &saved)?)?;
    }
    outbox::forget_document(tx, doc)?;
    for sql in ["DELETE FROM finding WHERE doc = ?1", "DELETE FROM document WHERE id = ?1"] {
        tx.prepare_cached(sql)?.execute([doc.0.as_bytes()])?;
    }
    Ok(())
}

fn read(kind: Kind, doc: DocId, saved: &[u8]) -> Result<Content, CommitError> {
    let document = Document::load(saved).map_err(|_| CommitError::Damaged)?;
    Content::read(kind, doc, &document).map_err(|_| CommitError::Damaged)
}

fn unproject(tx: &Transaction<'_>, content: &Content) -> Result<(), CommitError> {
    match content {
        Content::Call(call) => calls::remove(tx, call.id),
        Content::Consent(consent) => consent::remove(tx, consent.hcp),
        Content::ProfileNotes(notes) => people::remove_notes(tx, notes.hcp),
        Content::FollowUp(follow_up) => planning::remove(tx, follow_up.id),
    }
}

pub fn note(tx: &Transaction<'_>, findings: &[(DocId, String)]) -> Result<(), CommitError> {
    for (doc, code) in findings {
        tx.prepare_cached("INSERT OR IGNORE INTO finding (doc, code) VALUES (?1, ?2)")?
            .execute(params![doc.0.as_bytes(), code])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// What rules on the server noticed about a document, as codes.
    pub fn findings(&self, doc: DocId) -> Result<Vec<String>, ReadError> {
        let sql = "SELECT code FROM finding WHERE doc = ?1 ORDER BY code";
        let mut statement = self.connection.prepare_cached(sql)?;
        let codes = statement.query_map([doc.0.as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(codes)
    }

    /// A document with its history, as it was saved.
    pub fn document(&self, doc: DocId) -> Result<Option<(Kind, Vec<u8>)>, ReadError> {
        let mut statement =
            self.connection.prepare_cached("SELECT kind, saved FROM document WHERE id = ?1")?;
        let found: Option<(String, Vec<u8>)> =
            statement.query_row([doc.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found
            .map(|(kind, saved)| {
                let kind = Kind::named(&kind).ok_or_else(|| ReadError::Damaged(format!("kind {kind}")))?;
                Ok((kind, saved))
            })
            .transpose()
    }
}
