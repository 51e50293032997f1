//! Tables `document_scope`, `document_former` and `hcp_former` where documents change their place: what it follows from,
//! and what the scopes are told that lose and gain them.

use super::documents::kind;
use super::log::Homes;
use super::values::{damaged, from_word, hash, instant, millis};
use super::{execute, query};
use crate::store::log::Additions;
use crate::store::moving::{Changes, Placed, Shift};
use crate::store::{StoreError, Whereabouts};
use crate::sync::placement;
use deadpool_postgres::GenericClient;
use document::ChangeHash;
use domain::Instant;
use domain::ids::{DocId, HcpId, TerritoryId, UserId};
use domain::people::Audience;
use std::collections::{BTreeSet, HashMap};
use sync::ScopeId;
use tokio_postgres::Row;
use uuid::Uuid;

/// Where HCPs and owners are, as far as anywhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seats {
    hcps: HashMap<HcpId, TerritoryId>,
    owners: HashMap<UserId, TerritoryId>,
}

impl Seats {
    /// Looks them up.
    pub async fn of(
        db: &impl GenericClient,
        hcps: &BTreeSet<HcpId>,
        owners: &BTreeSet<UserId>,
    ) -> Result<Self, StoreError> {
        let owners: Vec<Uuid> = owners.iter().map(|owner| owner.0).collect();
        let sql = "SELECT id, territory FROM account WHERE id = ANY($1) AND territory IS NOT NULL";
        let found = if owners.is_empty() { Vec::new() } else { query(db, sql, &[&owners]).await? };
        let owners = found.iter().map(|row| Ok((UserId(row.try_get(0)?), TerritoryId(row.try_get(1)?))));
        Ok(Self { hcps: territories_of(db, hcps).await?, owners: owners.collect::<Result<_, StoreError>>()? })
    }

    /// Where an HCP is.
    pub fn of_hcp(&self, hcp: HcpId) -> Option<TerritoryId> {
        self.hcps.get(&hcp).copied()
    }

    /// Where an owner works.
    pub fn of_owner(&self, owner: Option<UserId>) -> Option<TerritoryId> {
        self.owners.get(&owner?).copied()
    }
}

/// The territories of HCPs who have one.
pub async fn territories_of(
    db: &impl GenericClient,
    hcps: &BTreeSet<HcpId>,
) -> Result<HashMap<HcpId, TerritoryId>, StoreError> {
    if hcps.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<Uuid> = hcps.iter().map(|hcp| hcp.0).collect();
    let sql = "SELECT key, body::jsonb #>> '{row,territory}' FROM reference_row WHERE tab = 'hcp' AND key = ANY($1)";
    let mut found = HashMap::new();
    for row in query(db, sql, &[&keys]).await? {
        if let Some(territory) = row.try_get::<_, Option<&str>>(1)? {
            found.insert(HcpId(row.try_get(0)?), territory.parse().map_err(damaged)?);
        }
    }
    Ok(found)
}

/// Where HCPs are, and were.
pub async fn whereabouts(
    db: &impl GenericClient,
    hcps: &[HcpId],
) -> Result<HashMap<HcpId, Whereabouts>, StoreError> {
    let now = territories_of(db, &hcps.iter().copied().collect()).await?;
    let at = |hcp: &HcpId| (*hcp, Whereabouts { now: now.get(hcp).copied(), former: Vec::new() });
    let mut found: HashMap<HcpId, Whereabouts> = hcps.iter().map(at).collect();
    if hcps.is_empty() {
        return Ok(found);
    }
    let keys: Vec<Uuid> = hcps.iter().map(|hcp| hcp.0).collect();
    let sql = "SELECT hcp, territory, left_at FROM hcp_former WHERE hcp = ANY($1)";
    for row in query(db, sql, &[&keys]).await? {
        let left = (TerritoryId(row.try_get(1)?), instant(row.try_get(2)?)?);
        found.entry(HcpId(row.try_get(0)?)).or_default().former.push(left);
    }
    Ok(found)
}

/// A document as it stands, with whom it is about and whose it is.
struct Standing {
    doc: DocId,
    home: String,
    of: (document::Kind, Audience),
    was: BTreeSet<ScopeId>,
    hcps: Vec<HcpId>,
    owner: Option<UserId>,
}

const STANDING: &str = "SELECT h.doc, h.home, d.kind, d.audience, d.owner,
        ARRAY(SELECT s.scope FROM document_scope s WHERE s.home = h.home AND s.doc = h.doc),
        ARRAY(SELECT a.hcp FROM document_hcp a WHERE a.home = h.home AND a.doc = h.doc)
    FROM document_home h JOIN document d ON d.home = h.home AND d.id = h.doc
    WHERE h.doc = ANY($1) ORDER BY h.doc";

fn standing(row: &Row) -> Result<Standing, StoreError> {
    let (scopes, hcps): (Vec<&str>, Vec<Uuid>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(Standing {
        doc: DocId(row.try_get(0)?),
        home: row.try_get(1)?,
        of: (kind(row.try_get(2)?)?, from_word(row.try_get(3)?)?),
        was: scopes.into_iter().map(|scope| scope.parse().map_err(damaged)).collect::<Result<_, _>>()?,
        hcps: hcps.into_iter().map(HcpId).collect(),
        owner: row.try_get::<_, Option<Uuid>>(4)?.map(UserId),
    })
}

/// Locks documents, and puts them where they are to live now. Answers how many moved.
pub async fn place_again(
    db: &impl GenericClient,
    docs: &BTreeSet<Uuid>,
    at: Instant,
    (additions, homes): (&mut Additions, &mut Homes),
) -> Result<u64, StoreError> {
    if docs.is_empty() {
        return Ok(0);
    }
    let docs: Vec<Uuid> = docs.iter().copied().collect();
    // Locked first and read then: a statement that waits for a lock sees the rest as it was before.
    let lock = "SELECT FROM document_home h JOIN document d ON d.home = h.home AND d.id = h.doc
                WHERE h.doc = ANY($1) ORDER BY d.id FOR UPDATE OF d";
    query(db, lock, &[&docs]).await?;
    let rows = query(db, STANDING, &[&docs]).await?;
    let standing = rows.iter().map(standing).collect::<Result<Vec<_>, _>>()?;
    let hcps = standing.iter().flat_map(|standing| standing.hcps.iter().copied()).collect();
    let seats =
        Seats::of(db, &hcps, &standing.iter().filter_map(|standing| standing.owner).collect()).await?;
    let mut shifts = Vec::new();
    for Standing { doc, home, of, was, hcps, owner } in standing {
        let at = hcps.into_iter().map(|hcp| seats.of_hcp(hcp)).collect();
        if let Some(shift) = (Placed { doc, of, was, at, owner: seats.of_owner(owner) }).shift() {
            homes.insert(doc.0, home);
            shifts.push(shift);
        }
    }
    let moved = shifts.len() as u64;
    let changes = changes_of(db, &shifts, homes).await?;
    let none = Vec::new();
    let shifts = shifts.into_iter().map(|shift| {
        let before = changes.get(&shift.doc).unwrap_or(&none).clone();
        (shift, Changes { before, new: Vec::new() })
    });
    let shifts: Vec<_> = shifts.collect();
    bump(db, &shifts, homes).await?;
    carry_out(db, &shifts, at, (additions, homes)).await?;
    Ok(moved)
}

/// Whoever has read where these live, and has not written yet, must read again.
async fn bump(db: &impl GenericClient, shifts: &[(Shift, Changes)], homes: &Homes) -> Result<(), StoreError> {
    let docs: Vec<Uuid> = shifts.iter().map(|(shift, _)| shift.doc.0).collect();
    let sql =
        "UPDATE document d SET revision = d.revision + 1 FROM unnest($1::text[], $2::uuid[]) AS n(home, id)
               WHERE d.home = n.home AND d.id = n.id";
    execute(db, sql, &[&homes_of(&docs, homes), &docs]).await.map(drop)
}

fn homes_of<'a>(docs: &[Uuid], homes: &'a Homes) -> Vec<&'a str> {
    docs.iter().map(|doc| homes.get(doc).map_or("", String::as_str)).collect()
}

/// The changes of documents that move, each document's in the order in which they were taken.
pub async fn changes_of(
    db: &impl GenericClient,
    shifts: &[Shift],
    homes: &Homes,
) -> Result<HashMap<DocId, Vec<ChangeHash>>, StoreError> {
    let docs: Vec<Uuid> = shifts.iter().map(|shift| shift.doc.0).collect();
    let mut found: HashMap<DocId, Vec<ChangeHash>> = HashMap::new();
    if docs.is_empty() {
        return Ok(found);
    }
    let sql = "SELECT c.doc, c.hash FROM unnest($1::text[], $2::uuid[]) AS n(home, doc)
               JOIN change c ON c.home = n.home AND c.doc = n.doc ORDER BY c.doc, c.place";
    for row in query(db, sql, &[&homes_of(&docs, homes), &docs]).await? {
        found.entry(DocId(row.try_get(0)?)).or_default().push(hash(row.try_get(1)?)?);
    }
    Ok(found)
}

/// Columns of documents and scopes.
#[derive(Default)]
pub struct Pairs<'a> {
    homes: Vec<&'a str>,
    docs: Vec<Uuid>,
    scopes: Vec<String>,
}

impl<'a> Pairs<'a> {
    /// One document in these.
    pub fn add(&mut self, home: &'a str, doc: DocId, scopes: &[ScopeId]) {
        for scope in scopes {
            self.homes.push(home);
            self.docs.push(doc.0);
            self.scopes.push(scope.to_string());
        }
    }
}

/// Moves documents, and tells the scopes that lose and gain them.
pub async fn carry_out(
    db: &impl GenericClient,
    shifts: &[(Shift, Changes)],
    at: Instant,
    (additions, homes): (&mut Additions, &Homes),
) -> Result<(), StoreError> {
    let (mut gone, mut here) = (Pairs::default(), Pairs::default());
    for (shift, changes) in shifts {
        let home = homes.get(&shift.doc.0).map_or("", String::as_str);
        gone.add(home, shift.doc, &shift.losses);
        here.add(home, shift.doc, &shift.gains);
        shift.losses.iter().for_each(|scope| additions.doc_removed(*scope, shift.doc, &changes.before));
        shift.gains.iter().for_each(|scope| additions.doc_added(*scope, shift.doc, &changes.all()));
    }
    if !gone.docs.is_empty() {
        remove(db, &gone).await?;
    }
    leave(db, &gone, at).await?;
    enter(db, &here).await
}

async fn remove(db: &impl GenericClient, gone: &Pairs<'_>) -> Result<(), StoreError> {
    let away =
        "DELETE FROM document_scope s USING unnest($1::text[], $2::uuid[], $3::text[]) AS n(home, doc, scope)
                WHERE s.home = n.home AND s.doc = n.doc AND s.scope = n.scope";
    execute(db, away, &[&gone.homes, &gone.docs, &gone.scopes]).await.map(drop)
}

/// Notes that documents live in these scopes no more.
pub async fn leave(db: &impl GenericClient, gone: &Pairs<'_>, at: Instant) -> Result<(), StoreError> {
    if gone.docs.is_empty() {
        return Ok(());
    }
    let remember = "INSERT INTO document_former (home, doc, scope, left_at)
                    SELECT n.*, $4::bigint FROM unnest($1::text[], $2::uuid[], $3::text[]) AS n
                    ON CONFLICT (home, doc, scope) DO UPDATE SET left_at = excluded.left_at";
    execute(db, remember, &[&gone.homes, &gone.docs, &gone.scopes, &millis(at)]).await?;
    let forget = "DELETE FROM document_former WHERE left_at < $1";
    execute(db, forget, &[&millis(placement::forgotten_before(at))]).await.map(drop)
}

async fn enter(db: &impl GenericClient, here: &Pairs<'_>) -> Result<(), StoreError> {
    if here.docs.is_empty() {
        return Ok(());
    }
    let there = "INSERT INTO document_scope (home, doc, scope)
                 SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])";
    execute(db, there, &[&here.homes, &here.docs, &here.scopes]).await?;
    let again = "DELETE FROM document_former f USING unnest($1::text[], $2::uuid[], $3::text[]) AS n(home, doc, scope)
                 WHERE f.home = n.home AND f.doc = n.doc AND f.scope = n.scope";
    execute(db, again, &[&here.homes, &here.docs, &here.scopes]).await.map(drop)
}
