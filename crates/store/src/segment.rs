//! A piece of the first copy of a scope: thousands of documents and rows in one transaction. Everything is written in
//! the order of its keys, because each page that is left and come back to is encrypted again.

use crate::batch::{ArrivedRow, Piece, SavedDocument};
use crate::feed::{Gains, gain, number, put_row};
use crate::{CommitError, ReadError, Reader, calls, consent, documents, fold, leave, people, planning};
use document::Content;
use domain::ids::DocId;
use domain::reference::Row;
use rusqlite::{Transaction, params};
use std::collections::HashSet;

/// Writes it.
pub fn write(tx: &Transaction<'_>, piece: &Piece, gains: &mut Gains) -> Result<(), CommitError> {
    let mut rows: Vec<&ArrivedRow> = piece.rows.iter().collect();
    rows.sort_by_key(|arrived| place(&arrived.row));
    rows.into_iter().try_for_each(|row| put_row(tx, row, gains))?;
    let mut fresh: Vec<&SavedDocument> = piece.fresh.iter().collect();
    fresh.sort_unstable_by_key(|document| document.doc);
    insert(tx, &fresh)?;
    fresh.into_iter().try_for_each(|document| project(tx, document))?;
    write_changes(tx, piece, gains)
}

/// Organisations before their HCPs, who are found by their names too; HCPs in the order of the index of the search,
/// which begins a new part of itself whenever its row ids go back.
fn place(row: &Row) -> (u8, i64) {
    match row {
        Row::Organisation(_) => (0, 0),
        Row::Hcp(hcp) => (1, fold::place(hcp)),
        _ => (2, 0),
    }
}

fn insert(tx: &Transaction<'_>, fresh: &[&SavedDocument]) -> Result<(), CommitError> {
    let mut insert = tx.prepare_cached(documents::PUT)?;
    for document in fresh {
        insert.execute(params![document.doc.0.as_bytes(), document.kind.name(), document.saved])?;
    }
    Ok(())
}

/// What a document says that was not here: there is nothing of it to be replaced.
fn project(tx: &Transaction<'_>, document: &SavedDocument) -> Result<(), CommitError> {
    match &document.content {
        Content::Call(call) => calls::bring(tx, call, document.contested),
        Content::Consent(consent) => consent::project(tx, consent),
        Content::ProfileNotes(notes) => people::project_notes(tx, notes),
        Content::FollowUp(follow_up) => planning::project(tx, follow_up),
    }
}

fn write_changes(tx: &Transaction<'_>, piece: &Piece, gains: &mut Gains) -> Result<(), CommitError> {
    let mut changes: Vec<_> = piece.changes.iter().collect();
    changes.sort_unstable_by_key(|(doc, hash, _)| (*doc, *hash));
    let sql = "INSERT OR IGNORE INTO scope_change (scope, doc, hash, weight) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = tx.prepare_cached(sql)?;
    let mut sum = 0_u128;
    for (doc, hash, weight) in changes {
        if insert.execute(params![piece.scope, doc.0.as_bytes(), hash.0, weight])? == 1 {
            sum = sum.wrapping_add(number(*weight));
        }
    }
    gain(gains, &piece.scope, sum);
    stay(tx, piece)
}

/// What was about to leave and came again stays.
fn stay(tx: &Transaction<'_>, piece: &Piece) -> Result<(), CommitError> {
    if !tx.prepare_cached("SELECT 1 FROM leaving WHERE tbl = 'document'")?.exists([])? {
        return Ok(());
    }
    let docs: HashSet<DocId> = piece.changes.iter().map(|(doc, ..)| *doc).collect();
    docs.into_iter().try_for_each(|doc| leave::stay(tx, leave::DOCUMENT, doc.0))
}

impl Reader<'_> {
    /// Those of these documents that are held.
    pub fn held_among(&self, docs: impl Iterator<Item = DocId>) -> Result<HashSet<DocId>, ReadError> {
        let mut held = HashSet::new();
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM document WHERE id = ?1")?;
        for doc in docs {
            if statement.exists([doc.0.as_bytes()])? {
                held.insert(doc);
            }
        }
        Ok(held)
    }
}
