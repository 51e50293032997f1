//! Tables `document_scope`, `document_former` and `hcp_former` where documents change their place: what it follows from,
//! and what the scopes are told that lose and gain them.

use super::documents;
use super::values::{damaged, from_word, id, instant, millis};
use crate::store::log::Additions;
use crate::store::moving::{Changes, Placed, Shift};
use crate::store::{StoreError, Whereabouts};
use crate::sync::placement;
use document::{ChangeHash, Kind};
use domain::Instant;
use domain::ids::{DocId, HcpId, TerritoryId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use sync::ScopeId;
use uuid::Uuid;

/// Where an HCP is, and was.
pub fn whereabouts(db: &Connection, hcp: HcpId) -> Result<Whereabouts, StoreError> {
    let mut select = db.prepare_cached("SELECT territory, left_at FROM hcp_former WHERE hcp = ?1")?;
    let former = select
        .query_map([hcp.0.into_bytes()], |row| Ok((TerritoryId(id(row, 0)?), row.get(1)?)))?
        .map(|row| row.map_err(StoreError::from).and_then(|(at, left)| Ok((at, instant(left)?))))
        .collect::<Result<_, _>>()?;
    Ok(Whereabouts { now: territory_of(db, hcp)?, former })
}

/// The territory of an HCP, if they have one.
pub fn territory_of(db: &Connection, hcp: HcpId) -> Result<Option<TerritoryId>, StoreError> {
    let sql = "SELECT body ->> '$.row.territory' FROM reference_row WHERE tab = 'hcp' AND key = ?1";
    let mut select = db.prepare_cached(sql)?;
    let found = select.query_row([hcp.0.into_bytes()], |row| row.get::<_, Option<String>>(0)).optional()?;
    found.flatten().map(|territory| territory.parse().map_err(damaged)).transpose()
}

fn territory_of_owner(db: &Connection, owner: Option<Uuid>) -> Result<Option<TerritoryId>, StoreError> {
    let Some(owner) = owner else { return Ok(None) };
    let mut select = db.prepare_cached("SELECT territory FROM account WHERE id = ?1")?;
    let found = select.query_row([owner.into_bytes()], |row| row.get::<_, Option<[u8; 16]>>(0)).optional()?;
    Ok(found.flatten().map(|territory| TerritoryId(Uuid::from_bytes(territory))))
}

/// What the place of a document follows from.
pub fn placed(db: &Connection, doc: DocId) -> Result<Placed, StoreError> {
    let (kind, audience, owner): (String, String, Option<[u8; 16]>) = db
        .prepare_cached("SELECT kind, audience, owner FROM document WHERE id = ?1")?
        .query_row([doc.0.into_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let kind = Kind::named(&kind).ok_or_else(|| damaged(format!("unknown kind {kind}")))?;
    let mut select = db.prepare_cached("SELECT hcp FROM document_hcp WHERE doc = ?1")?;
    let hcps: Vec<_> =
        select.query_map([doc.0.into_bytes()], |row| Ok(HcpId(id(row, 0)?)))?.collect::<Result<_, _>>()?;
    Ok(Placed {
        doc,
        of: (kind, from_word(audience)?),
        was: documents::scopes_of(db, doc)?.into_iter().collect(),
        at: hcps.into_iter().map(|hcp| territory_of(db, hcp)).collect::<Result<_, _>>()?,
        owner: territory_of_owner(db, owner.map(Uuid::from_bytes))?,
    })
}

/// Puts a document where it is to live now. Says whether it moved.
pub fn place_again(
    db: &Connection,
    doc: DocId,
    at: Instant,
    additions: &mut Additions,
) -> Result<bool, StoreError> {
    let Some(shift) = placed(db, doc)?.shift() else { return Ok(false) };
    let changes = Changes { before: changes_of(db, doc)?, new: Vec::new() };
    // Whoever has read where it lives, and has not written yet, must read again.
    db.prepare_cached("UPDATE document SET revision = revision + 1 WHERE id = ?1")?
        .execute([doc.0.into_bytes()])?;
    carry_out(db, &shift, (&changes, at), additions)?;
    Ok(true)
}

/// The changes of a document in the order in which they were taken.
pub fn changes_of(db: &Connection, doc: DocId) -> Result<Vec<ChangeHash>, StoreError> {
    let mut select = db.prepare_cached("SELECT hash FROM change WHERE doc = ?1 ORDER BY place")?;
    let hashes = select.query_map([doc.0.into_bytes()], |row| row.get(0).map(ChangeHash))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}

/// Notes that a document lives in these scopes no more.
pub fn leave<'a>(
    db: &Connection,
    doc: DocId,
    scopes: impl Iterator<Item = &'a ScopeId>,
    at: Instant,
) -> Result<(), StoreError> {
    let mut remember = db
        .prepare_cached("INSERT OR REPLACE INTO document_former (doc, scope, left_at) VALUES (?1, ?2, ?3)")?;
    for scope in scopes {
        remember.execute(params![doc.0.into_bytes(), scope.to_string(), millis(at)])?;
    }
    Ok(())
}

/// Moves a document, and tells the scopes that lose and gain it.
pub fn carry_out(
    db: &Connection,
    shift: &Shift,
    (changes, at): (&Changes, Instant),
    additions: &mut Additions,
) -> Result<(), StoreError> {
    let doc = shift.doc.0.into_bytes();
    for scope in &shift.losses {
        let name = scope.to_string();
        db.prepare_cached("DELETE FROM document_scope WHERE doc = ?1 AND scope = ?2")?
            .execute(params![doc, name])?;
        additions.doc_removed(*scope, shift.doc, &changes.before);
    }
    leave(db, shift.doc, shift.losses.iter(), at)?;
    for scope in &shift.gains {
        let name = scope.to_string();
        db.prepare_cached("INSERT INTO document_scope (doc, scope) VALUES (?1, ?2)")?
            .execute(params![doc, name])?;
        db.prepare_cached("DELETE FROM document_former WHERE doc = ?1 AND scope = ?2")?
            .execute(params![doc, name])?;
        additions.doc_added(*scope, shift.doc, &changes.all());
    }
    let forgotten = millis(placement::forgotten_before(at));
    db.prepare_cached("DELETE FROM document_former WHERE left_at < ?1")?.execute([forgotten])?;
    Ok(())
}

/// Where HCPs are, each looked up once.
pub fn whereabouts_of(db: &Connection, hcps: &[HcpId]) -> Result<HashMap<HcpId, Whereabouts>, StoreError> {
    hcps.iter().map(|hcp| Ok((*hcp, whereabouts(db, *hcp)?))).collect()
}
