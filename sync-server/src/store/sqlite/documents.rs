//! Tables `document`, `document_scope`, `change` and `refusal`.

use super::log;
use super::values::{count, damaged, from_word, id, instant, int, millis, word};
use super::{Sqlite, activity, placing, projections};
use crate::store::documents::places;
use crate::store::log::Additions;
use crate::store::moving::Changes;
use crate::store::{
    Answer, Documents, Held, Kept, NewState, Push, Refused, StoreError, Whereabouts, Written,
};
use crate::sync::placement::owner;
use document::{Actor, Change, ChangeHash, Kind};
use domain::Instant;
use domain::ids::{ActivityId, DocId, HcpId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
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

    fn whereabouts(&self, hcps: Vec<HcpId>) -> Answer<'_, HashMap<HcpId, Whereabouts>> {
        Box::pin(self.read(move |db| placing::whereabouts_of(db, &hcps)))
    }

    fn push(&self, push: Push) -> Answer<'_, ()> {
        Box::pin(self.write(move |db| write(db, &push)))
    }

    fn activity_of(&self, docs: Vec<DocId>) -> Answer<'_, Vec<ActivityId>> {
        Box::pin(self.read(move |db| {
            let lists: Vec<_> = docs.iter().map(|doc| activity::of(db, *doc)).collect::<Result<_, _>>()?;
            Ok(lists.concat())
        }))
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
        .prepare_cached("SELECT kind, revision, saved, audience FROM document WHERE id = ?1")?
        .query_row([doc.0.into_bytes()], |row| {
            Ok((row.get::<_, String>(0)?, count(row, 1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((kind, revision, saved, audience)) = found else { return Ok(None) };
    let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
    let (scopes, former, written) = (scopes_of(db, doc)?, former(db, doc)?, written(db, doc)?);
    Ok(Some(Held { kind, scopes, audience: from_word(audience)?, former, revision, saved, written }))
}

fn former(db: &Transaction<'_>, doc: DocId) -> Result<Vec<(ScopeId, Instant)>, StoreError> {
    db.prepare_cached("SELECT scope, left_at FROM document_former WHERE doc = ?1")?
        .query_map([doc.0.into_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?
        .map(|row| {
            let (scope, left) = row?;
            Ok((scope.parse().map_err(damaged)?, instant(left)?))
        })
        .collect()
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

pub fn scopes_of(db: &Connection, doc: DocId) -> Result<Vec<ScopeId>, StoreError> {
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

fn write(db: &Transaction<'_>, push: &Push) -> Result<(), StoreError> {
    let mut additions = Additions::default();
    for state in &push.documents {
        write_state(db, state)?;
        for (change, place) in state.changes.iter().zip(places(state)) {
            write_change(db, push, (state.doc, place), change)?;
        }
        let others = projections::write(db, state.doc, &state.content)?;
        if state.revision.is_none() {
            settle(db, push.at, state, &mut additions)?;
        } else if others {
            place_again(db, push.at, state, &mut additions)?;
        } else {
            tell(db, state, &mut additions)?;
        }
    }
    push.refused.iter().try_for_each(|refused| write_refusal(db, push, refused))?;
    push.happened.iter().try_for_each(|happened| activity::write(db, happened, push.at, &mut additions))?;
    log::write(db, &additions)
}

/// A document that begins is put where it is to live; where nothing says so, where it was born.
fn settle(
    db: &Transaction<'_>,
    at: Instant,
    state: &NewState,
    additions: &mut Additions,
) -> Result<(), StoreError> {
    let mut born = placing::placed(db, state.doc)?;
    born.was = state.scopes.iter().copied().collect();
    let mut place = db.prepare_cached("INSERT INTO document_scope (doc, scope) VALUES (?1, ?2)")?;
    let will = born.will();
    for scope in &will {
        place.execute(params![state.doc.0.into_bytes(), scope.to_string()])?;
        state.changes.iter().for_each(|change| additions.change(*scope, state.doc, change.hash));
    }
    // Who began it where it does not live may go on with it for a while.
    placing::leave(db, state.doc, born.was.difference(&will), at)
}

/// Tells the scopes that hold a document what is new.
fn tell(db: &Transaction<'_>, state: &NewState, additions: &mut Additions) -> Result<(), StoreError> {
    for scope in scopes_of(db, state.doc)? {
        state.changes.iter().for_each(|change| additions.change(scope, state.doc, change.hash));
    }
    Ok(())
}

/// A document is about others now, and lives where they are.
fn place_again(
    db: &Transaction<'_>,
    at: Instant,
    state: &NewState,
    additions: &mut Additions,
) -> Result<(), StoreError> {
    let placed = placing::placed(db, state.doc)?;
    let new: Vec<_> = state.changes.iter().map(|change| change.hash).collect();
    for scope in placed.was.intersection(&placed.will()) {
        new.iter().for_each(|hash| additions.change(*scope, state.doc, *hash));
    }
    let Some(shift) = placed.shift() else { return Ok(()) };
    let mut before = placing::changes_of(db, state.doc)?;
    before.retain(|hash| !new.contains(hash));
    placing::carry_out(db, &shift, (&Changes { before, new }, at), additions)
}

fn write_state(db: &Transaction<'_>, state: &NewState) -> Result<(), StoreError> {
    let id = state.doc.0.into_bytes();
    let owner = owner(&state.content).map(|owner| owner.0.into_bytes());
    let written = match state.revision {
        None => db
            .prepare_cached(
                "INSERT INTO document (id, kind, audience, owner, revision, saved) VALUES (?1, ?2, ?3, ?4, 1, ?5)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![id, state.kind.name(), word(&state.audience())?, owner, state.saved])?,
        Some(revision) => db
            .prepare_cached(
                "UPDATE document SET revision = revision + 1, saved = ?3, owner = ?4
                 WHERE id = ?1 AND revision = ?2",
            )?
            .execute(params![id, int(revision), state.saved, owner])?,
    };
    if written == 0 { Err(StoreError::Conflict) } else { Ok(()) }
}

fn write_change(
    db: &Transaction<'_>,
    push: &Push,
    (doc, place): (DocId, u64),
    change: &Change,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO change (doc, hash, actor, seq, last_op, place, bytes, received_at, device)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        doc.0.into_bytes(),
        change.hash.0,
        change.actor.0,
        int(change.seq),
        int(change.last_op()),
        int(place),
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
