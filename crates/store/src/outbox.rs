//! Changes made here: they wait, are sent and kept, or are refused and shown.

use crate::batch::{Decision, OwnChange, Verdict};
use crate::row::{instant, millis, uuid};
use crate::{CommitError, ReadError, Reader};
use document::{ChangeHash, Kind};
use domain::Instant;
use domain::ids::DocId;
use rusqlite::{Row, Transaction, params};
use std::collections::HashSet;

/// A change that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Of which document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The change's bytes.
    pub bytes: Vec<u8>,
}

/// The changes of one document that wait or were refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingGroup {
    /// Which document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// How many.
    pub changes: u32,
    /// When the first was made, or refused.
    pub since: Instant,
    /// The code of the refusal; none when they wait.
    pub code: Option<String>,
}

pub fn write(tx: &Transaction<'_>, own: &[OwnChange]) -> Result<(), CommitError> {
    for own in own {
        tx.prepare_cached(
            "INSERT INTO own_change (position, doc, kind, hash, bytes, made_at) VALUES
             (1 + max((SELECT coalesce(max(position), 0) FROM own_change),
                      (SELECT coalesce(max(position), 0) FROM sent_change)), ?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            own.doc.0.as_bytes(),
            own.kind.name(),
            own.change.hash.0,
            own.change.bytes,
            millis(own.change.at)
        ])?;
    }
    Ok(())
}

pub fn decide(tx: &Transaction<'_>, decisions: &[Decision]) -> Result<(), CommitError> {
    for decision in decisions {
        match &decision.verdict {
            Verdict::Taken => keep(tx, decision, false)?,
            Verdict::Replaced => keep(tx, decision, true)?,
            Verdict::Refused(code) => refuse(tx, decision, code)?,
        }
    }
    Ok(())
}

fn refuse(tx: &Transaction<'_>, decision: &Decision, code: &str) -> Result<(), CommitError> {
    tx.prepare_cached(
        "UPDATE own_change SET code = ?3, decided_at = ?4 WHERE doc = ?1 AND hash = ?2 AND code IS NULL",
    )?
    .execute(params![decision.doc.0.as_bytes(), decision.hash.0, code, millis(decision.at)])?;
    Ok(())
}

/// It waits no more, and is kept.
fn keep(tx: &Transaction<'_>, decision: &Decision, replaced: bool) -> Result<(), CommitError> {
    let (doc, hash) = (decision.doc.0.as_bytes(), decision.hash.0);
    tx.prepare_cached(
        "INSERT INTO sent_change (position, doc, kind, hash, bytes, made_at, decided_at, replaced)
         SELECT position, doc, kind, hash, bytes, made_at, ?3, ?4 FROM own_change WHERE doc = ?1 AND hash = ?2",
    )?
    .execute(params![doc, hash, millis(decision.at), replaced])?;
    tx.prepare_cached("DELETE FROM own_change WHERE doc = ?1 AND hash = ?2")?.execute(params![doc, hash])?;
    Ok(())
}

pub fn retry(tx: &Transaction<'_>, documents: &[DocId]) -> Result<(), CommitError> {
    for doc in documents {
        tx.prepare_cached(
            "UPDATE own_change SET code = NULL, decided_at = NULL WHERE doc = ?1 AND code IS NOT NULL",
        )?
        .execute([doc.0.as_bytes()])?;
    }
    Ok(())
}

/// What the server had of a scope's documents waits again: it may have lost it.
pub fn wait_again(tx: &Transaction<'_>, scope: &str) -> Result<(), CommitError> {
    tx.prepare_cached(
        "INSERT INTO own_change (position, doc, kind, hash, bytes, made_at)
         SELECT position, doc, kind, hash, bytes, made_at FROM sent_change AS sent WHERE NOT replaced
         AND EXISTS (SELECT 1 FROM scope_change AS held WHERE held.scope = ?1 AND held.doc = sent.doc)",
    )?
    .execute([scope])?;
    tx.prepare_cached(
        "DELETE FROM sent_change WHERE NOT replaced
         AND EXISTS (SELECT 1 FROM scope_change AS held WHERE held.scope = ?1 AND held.doc = sent_change.doc)",
    )?
    .execute([scope])?;
    Ok(())
}

/// Forgets what the server has had since before an instant.
pub fn forget_before(tx: &Transaction<'_>, before: Instant) -> Result<(), CommitError> {
    tx.prepare_cached("DELETE FROM sent_change WHERE decided_at < ?1")?.execute([millis(before)])?;
    Ok(())
}

/// Nothing of a document is kept.
pub fn forget_document(tx: &Transaction<'_>, doc: DocId) -> Result<(), CommitError> {
    for sql in ["DELETE FROM own_change WHERE doc = ?1", "DELETE FROM sent_change WHERE doc = ?1"] {
        tx.prepare_cached(sql)?.execute([doc.0.as_bytes()])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// Changes that wait, in the order in which they were made, up to so many and so many bytes (at least one).
    /// Those of a document with a refused change wait until somebody has looked at it.
    pub fn waiting(&self, items: usize, bytes: usize) -> Result<Vec<Waiting>, ReadError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT doc, kind, bytes FROM own_change AS own WHERE NOT EXISTS
             (SELECT 1 FROM own_change AS bad WHERE bad.doc = own.doc AND bad.code IS NOT NULL) ORDER BY position",
        )?;
        let mut rows = statement.query([])?;
        let (mut waiting, mut size) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let item = waiting_from(row)?;
            size += item.bytes.len();
            if waiting.len() == items || (size > bytes && !waiting.is_empty()) {
                break;
            }
            waiting.push(item);
        }
        Ok(waiting)
    }

    /// How many changes wait.
    pub fn waiting_count(&self) -> Result<u32, ReadError> {
        let sql = "SELECT count(*) FROM own_change WHERE code IS NULL";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The changes of one document that wait or were refused, in the order in which they were made.
    pub fn own_changes(&self, doc: DocId) -> Result<Vec<Vec<u8>>, ReadError> {
        let sql = "SELECT bytes FROM own_change WHERE doc = ?1 ORDER BY position";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map([doc.0.as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The changes of one document that were made here, as far as they are kept.
    pub fn own_hashes(&self, doc: DocId) -> Result<HashSet<ChangeHash>, ReadError> {
        let sql = "SELECT hash FROM own_change WHERE doc = ?1 UNION ALL SELECT hash FROM sent_change WHERE doc = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let hashes = statement.query_map([doc.0.as_bytes()], |row| row.get(0).map(ChangeHash))?;
        Ok(hashes.collect::<Result<_, _>>()?)
    }

    /// How many changes of one document wait or were refused.
    pub fn waiting_of(&self, doc: DocId) -> Result<u32, ReadError> {
        let sql = "SELECT count(*) FROM own_change WHERE doc = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| row.get(0))?)
    }

    /// Documents with changes that wait, the oldest first.
    pub fn waiting_documents(&self) -> Result<Vec<WaitingGroup>, ReadError> {
        self.groups(
            "SELECT doc, kind, count(*), min(made_at), NULL FROM own_change WHERE code IS NULL
             GROUP BY doc ORDER BY min(position)",
        )
    }

    /// Documents that the server refused, the oldest first.
    pub fn refused_documents(&self) -> Result<Vec<WaitingGroup>, ReadError> {
        self.groups(
            "SELECT doc, kind, count(*), min(decided_at), min(code) FROM own_change WHERE code IS NOT NULL
             GROUP BY doc ORDER BY min(position)",
        )
    }

    fn groups(&self, sql: &str) -> Result<Vec<WaitingGroup>, ReadError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut groups = Vec::new();
        while let Some(row) = rows.next()? {
            groups.push(WaitingGroup {
                doc: DocId(uuid(row, 0)?),
                kind: kind(row, 1)?,
                changes: row.get(2)?,
                since: instant(row.get(3)?),
                code: row.get(4)?,
            });
        }
        Ok(groups)
    }
}

fn waiting_from(row: &Row<'_>) -> Result<Waiting, ReadError> {
    Ok(Waiting { doc: DocId(uuid(row, 0)?), kind: kind(row, 1)?, bytes: row.get(2)? })
}

fn kind(row: &Row<'_>, column: usize) -> Result<Kind, ReadError> {
    let name: String = row.get(column)?;
    Kind::named(&name).ok_or_else(|| ReadError::Damaged(format!("kind {name}")))
}
