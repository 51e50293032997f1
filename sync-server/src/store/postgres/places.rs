//! Where the documents of a push are kept and are to live: one that begins, and one that is about others now, lives where
//! they are. All others stay.

use super::log::Homes;
use super::placing::{Pairs, Seats};
use super::query;
use crate::store::moving::{Changes, Placed, Shift};
use crate::store::{NewState, Push, StoreError};
use crate::sync::placement::{about, owner};
use deadpool_postgres::Transaction;
use document::ChangeHash;
use domain::ids::{DocId, HcpId, UserId};
use std::collections::{BTreeSet, HashMap};
use sync::ScopeId;
use uuid::Uuid;

/// The places of a push's documents.
pub struct Places {
    pub homes: Homes,
    /// Of those that begin, and of those that are about others now.
    placed: HashMap<DocId, Placed>,
    /// Those of them that begin.
    begun: BTreeSet<DocId>,
    /// What their places follow from.
    hcps: BTreeSet<HcpId>,
    owners: BTreeSet<UserId>,
    seats: Seats,
}

impl Places {
    pub async fn of(db: &Transaction<'_>, push: &Push) -> Result<Self, StoreError> {
        let (mut homes, named) = known(db, push).await?;
        let moves =
            |state: &&NewState| named.get(&state.doc.0).is_none_or(|hcps| *hcps != about(&state.content));
        let moving: Vec<_> = push.documents.iter().filter(moves).collect();
        let hcps = moving.iter().flat_map(|state| about(&state.content)).collect();
        let owners = moving.iter().filter_map(|state| owner(&state.content)).collect();
        let seats = Seats::of(db, &hcps, &owners).await?;
        let placed: HashMap<_, _> = moving.iter().map(|state| (state.doc, placed(state, &seats))).collect();
        for state in moving.iter().filter(|state| state.revision.is_none()) {
            // A document is born in the first of its scopes.
            let will = placed.get(&state.doc).and_then(|placed| placed.will().first().copied());
            let born = will.or(state.scopes.iter().min().copied());
            homes.extend(born.map(|scope| (state.doc.0, scope.to_string())));
        }
        let begun = moving.iter().filter(|state| state.revision.is_none()).map(|state| state.doc).collect();
        Ok(Self { homes, placed, begun, hcps, owners, seats })
    }

    /// Where it is kept.
    pub fn home(&self, state: &NewState) -> Result<&str, StoreError> {
        // There is no such document, or it has no scope to be born in.
        self.homes.get(&state.doc.0).map(String::as_str).ok_or(StoreError::Conflict)
    }

    /// The scopes that hold a document which begins.
    pub fn born(&self, state: &NewState) -> BTreeSet<ScopeId> {
        let placed = self.placed.get(&state.doc).filter(|_| state.revision.is_none());
        placed.map(Placed::will).unwrap_or_default()
    }

    /// Where documents began and do not live: who began them there may go on with them for a while.
    pub fn left(&self) -> Pairs<'_> {
        let mut left = Pairs::default();
        for placed in self.begun.iter().filter_map(|doc| self.placed.get(doc)) {
            let scopes: Vec<ScopeId> = placed.was.difference(&placed.will()).copied().collect();
            let home = self.homes.get(&placed.doc.0).map_or("", String::as_str);
            left.add(home, placed.doc, &scopes);
        }
        left
    }

    /// The scopes that hold it from now on and are told nothing but what is new.
    pub fn keep(&self, state: &NewState) -> BTreeSet<ScopeId> {
        let was = || state.scopes.iter().copied().collect();
        match self.placed.get(&state.doc) {
            None => was(),
            Some(placed) if state.revision.is_none() => placed.will(),
            Some(placed) => &was() & &placed.will(),
        }
    }

    /// The documents that there were and that move.
    pub fn shifts(&self) -> Vec<Shift> {
        let known = self.placed.values().filter(|placed| !self.begun.contains(&placed.doc));
        known.filter_map(Placed::shift).collect()
    }

    /// The same, with their changes.
    pub fn with_changes(
        &self,
        push: &Push,
        mut before: HashMap<DocId, Vec<ChangeHash>>,
    ) -> Vec<(Shift, Changes)> {
        let new = |doc: DocId| {
            let states = push.documents.iter().filter(move |state| state.doc == doc);
            states.flat_map(|state| &state.changes).map(|change| change.hash).collect()
        };
        let changes = |shift: Shift| {
            let changes =
                Changes { before: before.remove(&shift.doc).unwrap_or_default(), new: new(shift.doc) };
            (shift, changes)
        };
        self.shifts().into_iter().map(changes).collect()
    }

    /// Finds whether somebody was moved meanwhile.
    pub async fn check(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        if self.placed.is_empty() {
            return Ok(());
        }
        let now = Seats::of(db, &self.hcps, &self.owners).await?;
        if now == self.seats { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

fn placed(state: &NewState, seats: &Seats) -> Placed {
    // One that begins was nowhere; but where nothing says where it lives, it lives where it was born.
    Placed {
        doc: state.doc,
        of: (state.kind, state.audience()),
        was: state.scopes.iter().copied().collect(),
        at: about(&state.content).into_iter().map(|hcp| seats.of_hcp(hcp)).collect(),
        owner: seats.of_owner(owner(&state.content)),
    }
}

/// Where documents are kept that are there, and whom they were about.
async fn known(
    db: &Transaction<'_>,
    push: &Push,
) -> Result<(Homes, HashMap<Uuid, BTreeSet<HcpId>>), StoreError> {
    let known = push.documents.iter().filter(|state| state.revision.is_some());
    let docs: Vec<Uuid> = known.map(|state| state.doc.0).collect();
    let (mut homes, mut named) = (Homes::new(), HashMap::new());
    if docs.is_empty() {
        return Ok((homes, named));
    }
    let sql = "SELECT h.doc, h.home, ARRAY(SELECT a.hcp FROM document_hcp a WHERE a.home = h.home AND a.doc = h.doc)
               FROM document_home h WHERE h.doc = ANY($1)";
    for row in query(db, sql, &[&docs]).await? {
        let (doc, hcps): (Uuid, Vec<Uuid>) = (row.try_get(0)?, row.try_get(2)?);
        homes.insert(doc, row.try_get(1)?);
        named.insert(doc, hcps.into_iter().map(HcpId).collect());
    }
    Ok((homes, named))
}
