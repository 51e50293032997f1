//! Changes made here: they wait, are sent and kept, or are refused and shown.

use crate::batch::{Decision, OwnChange, Verdict};
use crate::row::{instant, millis, uuid};
use crate::{CommitError, ReadError, Reader};
use document::Kind;
use domain::Instant;
use domain::ids::DocId;
use rusqlite::{Row, Transaction, params};

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
            "INSERT INTO own_change (doc, kind, hash, bytes, made_at, state) VALUES (?1, ?2, ?3, ?4, ?5, 'waiting')",
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
        let (state, code) = match &decision.verdict {
            Verdict::Taken => ("sent", None),
            Verdict::Refused(code) => ("rejected", Some(code)),
        };
        tx.prepare_cached(
            "UPDATE own_change SET state = ?3, code = ?4, decided_at = ?5
             WHERE state <> 'sent' AND doc = ?1 AND hash = ?2 AND state = 'waiting'",
        )?
        .execute(params![
            decision.doc.0.as_bytes(),
            decision.hash.0,
            state,
            code,
            millis(decision.at)
        ])?;
    }
    Ok(())
}

pub fn retry(tx: &Transaction<'_>, documents: &[DocId]) -> Result<(), CommitError> {
    for doc in documents {
        tx.prepare_cached(
            "UPDATE own_change SET state = 'waiting', code = NULL, decided_at = NULL
             WHERE state <> 'sent' AND doc = ?1 AND state = 'rejected'",
        )?
        .execute([doc.0.as_bytes()])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// Changes that wait, in the order in which they were made, up to so many and so many bytes (at least one).
    /// Those of a document with a refused change wait until somebody has looked at it.
    pub fn waiting(&self, items: usize, bytes: usize) -> Result<Vec<Waiting>, ReadError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT doc, kind, bytes FROM own_change AS own WHERE own.state <> 'sent' AND own.state = 'waiting'
             AND NOT EXISTS (SELECT 1 FROM own_change AS bad
                             WHERE bad.state <> 'sent' AND bad.state = 'rejected' AND bad.doc = own.doc)
             ORDER BY position",
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
        let sql = "SELECT count(*) FROM own_change WHERE state <> 'sent' AND state = 'waiting'";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// How many changes of one document wait or were refused.
    pub fn waiting_of(&self, doc: DocId) -> Result<u32, ReadError> {
        let sql = "SELECT count(*) FROM own_change WHERE doc = ?1 AND state <> 'sent'";
        Ok(self.connection.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| row.get(0))?)
    }

    /// Documents with changes that wait, the oldest first.
    pub fn waiting_documents(&self) -> Result<Vec<WaitingGroup>, ReadError> {
        self.groups(
            "SELECT doc, kind, count(*), min(made_at), NULL FROM own_change WHERE state <> 'sent' AND state = 'waiting'
             GROUP BY doc ORDER BY min(position)",
        )
    }

    /// Documents that the server refused, the oldest first.
    pub fn refused_documents(&self) -> Result<Vec<WaitingGroup>, ReadError> {
        self.groups(
            "SELECT doc, kind, count(*), min(decided_at), min(code) FROM own_change WHERE state <> 'sent' AND state = 'rejected'
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
