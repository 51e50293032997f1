//! Tables `call` and `document_hcp`: what documents say, as rows. They follow from the documents and hold nothing
//! else.

use super::values::{damaged, id, millis, word};
use crate::store::StoreError;
use crate::sync::placement::about;
use document::{Content, Kind};
use domain::calls::{Call, CallState};
use domain::ids::{DocId, HcpId};
use rusqlite::{Transaction, params};
use std::collections::BTreeSet;

/// Writes what a document says. Says whether it is about others than before.
pub fn write(db: &Transaction<'_>, doc: DocId, content: &Content) -> Result<bool, StoreError> {
    match content {
        Content::Call(call) => write_call(db, doc, call)?,
        // Nothing on the server reads these by row yet, but for whom they are about.
        Content::Consent(_) | Content::ProfileNotes(_) | Content::FollowUp(_) => {}
    }
    write_hcps(db, doc, &about(content))
}

fn write_hcps(db: &Transaction<'_>, doc: DocId, hcps: &BTreeSet<HcpId>) -> Result<bool, StoreError> {
    let doc = doc.0.into_bytes();
    let mut select = db.prepare_cached("SELECT hcp FROM document_hcp WHERE doc = ?1")?;
    let found = select.query_map([doc], |row| Ok(HcpId(id(row, 0)?)))?;
    let before: BTreeSet<HcpId> = found.collect::<Result<_, _>>()?;
    let mut remove = db.prepare_cached("DELETE FROM document_hcp WHERE doc = ?1 AND hcp = ?2")?;
    for hcp in before.difference(hcps) {
        remove.execute(params![doc, hcp.0.into_bytes()])?;
    }
    let mut add = db.prepare_cached("INSERT INTO document_hcp (doc, hcp) VALUES (?1, ?2)")?;
    for hcp in hcps.difference(&before) {
        add.execute(params![doc, hcp.0.into_bytes()])?;
    }
    Ok(before != *hcps)
}

fn write_call(db: &Transaction<'_>, doc: DocId, call: &Call) -> Result<(), StoreError> {
    let current = call.current();
    let (state, submitted_at) = match &call.state {
        CallState::Planned => ("planned", None),
        CallState::InProgress { .. } => ("in_progress", None),
        CallState::Submitted { at, .. } => ("submitted", Some(millis(*at))),
        CallState::Cancelled { .. } => ("cancelled", None),
    };
    db.prepare_cached(
        "INSERT INTO call (id, owner, audience, state, channel, starts_at, ends_at, submitted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, audience = excluded.audience,
             state = excluded.state, channel = excluded.channel, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, submitted_at = excluded.submitted_at",
    )?
    .execute(params![
        doc.0.into_bytes(),
        call.owner.0.into_bytes(),
        word(&call.audience)?,
        state,
        word(&current.channel)?,
        millis(current.starts_at),
        millis(current.ends_at),
        submitted_at,
    ])?;
    Ok(())
}

/// Makes all rows again from the documents, one document in memory at a time. What cannot be opened keeps its rows.
pub fn rebuild(db: &Transaction<'_>) -> Result<u64, StoreError> {
    let mut select = db.prepare("SELECT id, kind, saved FROM document")?;
    let mut rows = select.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        let (doc, kind, saved) = (DocId(id(row, 0)?), row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?);
        let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
        match document::open(kind, doc, &saved) {
            Ok((_, content)) => {
                clear(db, doc)?;
                write(db, doc, &content)?;
                done += 1;
            }
            Err(error) => {
                tracing::error!(%doc, %error, "a document cannot be opened; its rows stay as they are");
            }
        }
    }
    Ok(done)
}

fn clear(db: &Transaction<'_>, doc: DocId) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM document_hcp WHERE doc = ?1")?.execute([doc.0.into_bytes()])?;
    db.prepare_cached("DELETE FROM call WHERE id = ?1")?.execute([doc.0.into_bytes()])?;
    Ok(())
}
