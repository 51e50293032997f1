//! Tables `document`, `document_scope`, `change` and `refusal`.

use super::log;
use super::values::{count, damaged, from_word, id, int, millis, word};
use super::{Sqlite, activity, projections};
use crate::store::log::Additions;
use crate::store::{Answer, Documents, Held, Kept, NewState, Push, Refused, StoreError, Written};
use document::{Actor, Change, ChangeHash, Kind};
use domain::ids::{DocId, HcpId, TerritoryId};
use domain::reference::{Row as Reference, Table};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::HashMap;
use sync::ScopeId;

impl Documents for Sqlite {
    fn documents(&self, docs: Vec<DocId>) -> Answer<'_, HashMap<DocId, Held>> {
        Box::pin(self.read(move |db| {
            let found = docs.iter().map(|doc| Ok(held(db, *doc)?.map(|held| (*doc, held))));
            found.filter_map(Result::transpose).collect()
        }))
    }

    fn refused(&self, docs: Vec<DocId>) -> Answer<'_, Vec<Refused>> {
        Box::pin(self.read(move |db| {
            let lists: Vec<_> = docs.iter().map(|doc| refused(db, *doc)).collect::<Result<_, _>>()?;
            Ok(lists.concat())
        }))
    }

    fn territories_of(&self, hcps: Vec<HcpId>) -> Answer<'_, HashMap<HcpId, TerritoryId>> {
        Box::pin(self.read(move |db| {
            let found = hcps.iter().map(|hcp| Ok(territory_of(db, *hcp)?.map(|at| (*hcp, at))));
            found.filter_map(Result::transpose).collect()
        }))
    }

    fn push(&self, push: Push) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| write(db, &push)))
    }

    fn kept(&self, after: Option<DocId>, most: u32) -> Answer<'_, Vec<Kept>> {
        Box::pin(self.read(move |db| kept(db, after, most)))
    }

    fn rebuild(&self) -> Answer<'_, u64> {
        Box::pin(self.write(projections::rebuild))
    }
}

fn held(db: &Transaction<'_>, doc: DocId) -> Result<Option<Held>, StoreError> {
    let found = db
        .prepare_cached("SELECT kind, revision, saved FROM document WHERE id = ?1")?
        .query_row([doc.0.into_bytes()], |row| Ok((row.get::<_, String>(0)?, count(row, 1)?, row.get(2)?)))
        .optional()?;
    let Some((kind, revision, saved)) = found else { return Ok(None) };
    let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
    Ok(Some(Held { kind, scopes: scopes_of(db, doc)?, revision, saved, written: written(db, doc)? }))
}

fn kept(db: &Transaction<'_>, after: Option<DocId>, most: u32) -> Result<Vec<Kept>, StoreError> {
    // Every id is greater than no bytes.
    let after = after.map(|doc| doc.0.into_bytes().to_vec()).unwrap_or_default();
    db.prepare_cached("SELECT id, kind, saved FROM document WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![after, most], |row| Ok((id(row, 0)?, row.get::<_, String>(1)?, row.get(2)?)))?
        .map(|row| {
            let (doc, kind, saved) = row?;
            let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
            Ok(Kept { doc: DocId(doc), kind, saved })
        })
        .collect()
}

fn scopes_of(db: &Transaction<'_>, doc: DocId) -> Result<Vec<ScopeId>, StoreError> {
    db.prepare_cached("SELECT scope FROM document_scope WHERE doc = ?1")?
        .query_map([doc.0.into_bytes()], |row| row.get::<_, String>(0))?
        .map(|scope| scope?.parse().map_err(damaged))
        .collect()
}

fn written(db: &Transaction<'_>, doc: DocId) -> Result<Vec<Written>, StoreError> {
    let mut select = db.prepare_cached("SELECT hash, actor, seq, last_op FROM change WHERE doc = ?1")?;
    let rows = select.query_map([doc.0.into_bytes()], |row| {
        let (hash, actor) = (ChangeHash(row.get(0)?), Actor(row.get(1)?));
        Ok(Written { hash, actor, seq: count(row, 2)?, last_op: count(row, 3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn refused(db: &Transaction<'_>, doc: DocId) -> Result<Vec<Refused>, StoreError> {
    db.prepare_cached("SELECT hash, code FROM refusal WHERE doc = ?1")?
        .query_map([doc.0.into_bytes()], |row| Ok((ChangeHash(row.get(0)?), row.get(1)?)))?
        .map(|row| {
            let (hash, code) = row?;
            Ok(Refused { doc, hash, why: from_word(code)? })
        })
        .collect()
}

fn territory_of(db: &Transaction<'_>, hcp: HcpId) -> Result<Option<TerritoryId>, StoreError> {
    Ok(match super::rows::row(db, Table::Hcp, hcp.0)? {
        Some(Reference::Hcp(hcp)) => hcp.territory,
        _ => None,
    })
}

fn write(db: &Transaction<'_>, push: &Push) -> Result<(), StoreError> {
    let mut additions = Additions::default();
    for state in &push.documents {
        write_state(db, state)?;
        state.changes.iter().try_for_each(|change| write_change(db, push, state.doc, change))?;
        projections::write(db, state.doc, &state.content)?;
        for scope in &state.scopes {
            state.changes.iter().for_each(|change| additions.change(*scope, state.doc, change.hash));
        }
    }
    push.refused.iter().try_for_each(|refused| write_refusal(db, push, refused))?;
    push.happened.iter().try_for_each(|happened| activity::write(db, happened, push.at, &mut additions))?;
    log::write(db, &additions)
}

fn write_state(db: &Transaction<'_>, state: &NewState) -> Result<(), StoreError> {
    let id = state.doc.0.into_bytes();
    let written = match state.revision {
        None => db
            .prepare_cached(
                "INSERT INTO document (id, kind, revision, saved) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![id, state.kind.name(), state.saved])?,
        Some(revision) => db
            .prepare_cached(
                "UPDATE document SET revision = revision + 1, saved = ?3 WHERE id = ?1 AND revision = ?2",
            )?
            .execute(params![id, int(revision), state.saved])?,
    };
    if written == 0 {
        return Err(StoreError::Conflict);
    }
    let mut place =
        db.prepare_cached("INSERT INTO document_scope (doc, scope) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for scope in &state.scopes {
        place.execute(params![id, scope.to_string()])?;
    }
    Ok(())
}

fn write_change(db: &Transaction<'_>, push: &Push, doc: DocId, change: &Change) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO change (doc, hash, actor, seq, last_op, bytes, received_at, device)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        doc.0.into_bytes(),
        change.hash.0,
        change.actor.0,
        int(change.seq),
        int(change.last_op()),
        change.bytes,
        millis(push.at),
        push.device.map(|device| device.0.into_bytes()),
    ])?;
    db.prepare_cached("DELETE FROM refusal WHERE doc = ?1 AND hash = ?2")?
        .execute(params![doc.0.into_bytes(), change.hash.0])?;
    Ok(())
}

fn write_refusal(db: &Transaction<'_>, push: &Push, refused: &Refused) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO refusal (doc, hash, code, account, device, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (doc, hash) DO UPDATE SET code = excluded.code",
    )?
    .execute(params![
        refused.doc.0.into_bytes(),
        refused.hash.0,
        word(&refused.why)?,
        push.user.0.into_bytes(),
        push.device.map(|device| device.0.into_bytes()).unwrap_or_default(),
        millis(push.at),
    ])?;
    Ok(())
}
