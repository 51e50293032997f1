//! Writing a push: one statement per table, however many documents and changes it brings, and none waits for the
//! answer of another where it need not.

use super::log::Grown;
use super::places::Places;
use super::projections::Projections;
use super::values::{int, millis, word};
use super::{Values, activity, execute, log, placing};
use crate::store::documents::places as places_of;
use crate::store::log::Additions;
use crate::store::{Push, StoreError};
use crate::sync::placement::owner;
use deadpool_postgres::Transaction;
use futures_util::try_join;
use uuid::Uuid;

/// Writes it all, or finds that somebody else wrote first. Answers what is to be announced when it is committed.
pub async fn write(db: &Transaction<'_>, push: &Push) -> Result<Grown, StoreError> {
    let places = Places::of(db, push).await?;
    let mut additions = Additions::default();
    let mut projections = Projections::default();
    for state in &push.documents {
        projections.add(places.home(state)?, state.doc, &state.content)?;
        for scope in places.keep(state) {
            state.changes.iter().for_each(|change| additions.change(scope, state.doc, change.hash));
        }
    }
    let before = placing::changes_of(db, &places.shifts(), &places.homes).await?;
    let (states, changes) = (States::of(push, &places)?, Changes::of(push, &places)?);
    let refusals = Refusals::of(push)?;
    try_join!(states.write(db), changes.write(db), refusals.write(db), projections.write(db))?;
    let shifts = places.with_changes(push, before);
    placing::leave(db, &places.left(), push.at).await?;
    placing::carry_out(db, &shifts, push.at, (&mut additions, &places.homes)).await?;
    activity::write(db, push, &mut additions).await?;
    let grown = log::write(db, &additions, &places.homes).await?;
    // Under the locks of the scopes: whoever moves people has done so and is seen, or sees what was written here.
    places.check(db).await?;
    Ok(grown)
}

/// Columns of the documents of a push, those that are new before those that there are; each part sorted, so that two
/// pushes lock what both have in the same order.
#[derive(Default)]
struct States<'a> {
    new: State<'a>,
    known: State<'a>,
    places: (Vec<&'a str>, Vec<Uuid>, Vec<String>),
}

#[derive(Default)]
struct State<'a> {
    homes: Vec<&'a str>,
    ids: Vec<Uuid>,
    kinds: Vec<&'static str>,
    audiences: Vec<String>,
    owners: Vec<Option<Uuid>>,
    revisions: Vec<i64>,
    saved: Vec<&'a [u8]>,
}

impl<'a> States<'a> {
    fn of(push: &'a Push, places: &'a Places) -> Result<Self, StoreError> {
        let mut states = Self::default();
        let mut sorted: Vec<_> = push.documents.iter().collect();
        sorted.sort_by_key(|state| state.doc);
        for state in sorted {
            let home = places.home(state)?;
            let part = if state.revision.is_none() { &mut states.new } else { &mut states.known };
            part.homes.push(home);
            part.ids.push(state.doc.0);
            part.kinds.push(state.kind.name());
            part.audiences.push(word(&state.audience())?);
            part.owners.push(owner(&state.content).map(|owner| owner.0));
            part.revisions.push(int(state.revision.unwrap_or_default()));
            part.saved.push(&state.saved);
            for scope in places.born(state) {
                states.places.0.push(home);
                states.places.1.push(state.doc.0);
                states.places.2.push(scope.to_string());
            }
        }
        Ok(states)
    }

    async fn write(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        try_join!(self.new.insert(db), self.known.update(db), self.place(db)).map(drop)
    }

    async fn place(&self, db: &Transaction<'_>) -> Result<u64, StoreError> {
        let (homes, docs, scopes) = &self.places;
        if docs.is_empty() {
            return Ok(0);
        }
        let sql = "INSERT INTO document_scope (home, doc, scope)
                   SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])";
        execute(db, sql, &[homes, docs, scopes]).await
    }
}

impl State<'_> {
    async fn insert(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let at_home = "INSERT INTO document_home (doc, home)
                       SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING";
        let whole = "INSERT INTO document (home, id, kind, audience, owner, revision, saved)
                     SELECT home, id, kind, audience, owner, 1, saved
                     FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bytea[])
                         AS n(home, id, kind, audience, owner, saved)
                     ON CONFLICT DO NOTHING";
        let here: Values<'_> = &[&self.ids, &self.homes];
        let new: Values<'_> =
            &[&self.homes, &self.ids, &self.kinds, &self.audiences, &self.owners, &self.saved];
        let (settled, written) = try_join!(execute(db, at_home, here), execute(db, whole, new))?;
        self.all(settled)?;
        self.all(written)
    }

    async fn update(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let sql = "WITH new AS (SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::bytea[], $5::uuid[])
                                AS n(home, id, revision, saved, owner)),
                        mine AS (SELECT d.home, d.id FROM new n
                                 JOIN document d ON d.home = n.home AND d.id = n.id AND d.revision = n.revision
                                 ORDER BY d.id FOR UPDATE OF d)
                   UPDATE document d SET revision = d.revision + 1, saved = n.saved, owner = n.owner FROM mine m
                   JOIN new n ON n.home = m.home AND n.id = m.id WHERE d.home = m.home AND d.id = m.id";
        let values: Values<'_> = &[&self.homes, &self.ids, &self.revisions, &self.saved, &self.owners];
        let updated = execute(db, sql, values).await?;
        self.all(updated)
    }

    fn all(&self, written: u64) -> Result<(), StoreError> {
        if written == self.ids.len() as u64 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

/// Columns of the changes of a push.
#[derive(Default)]
struct Changes<'a> {
    homes: Vec<&'a str>,
    docs: Vec<Uuid>,
    hashes: Vec<&'a [u8]>,
    actors: Vec<&'a [u8]>,
    seqs: Vec<i64>,
    last_ops: Vec<i64>,
    places: Vec<i64>,
    bytes: Vec<&'a [u8]>,
    received_at: i64,
    device: Option<Uuid>,
}

impl<'a> Changes<'a> {
    fn of(push: &'a Push, places: &'a Places) -> Result<Self, StoreError> {
        let device = push.device.map(|device| device.0);
        let mut changes = Self { received_at: millis(push.at), device, ..Self::default() };
        for state in &push.documents {
            for (change, place) in state.changes.iter().zip(places_of(state)) {
                changes.homes.push(places.home(state)?);
                changes.docs.push(state.doc.0);
                changes.hashes.push(&change.hash.0);
                changes.actors.push(&change.actor.0);
                changes.seqs.push(int(change.seq));
                changes.last_ops.push(int(change.last_op()));
                changes.places.push(int(place));
                changes.bytes.push(&change.bytes);
            }
        }
        Ok(changes)
    }

    async fn write(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        if self.docs.is_empty() {
            return Ok(());
        }
        let insert = "INSERT INTO change (home, doc, hash, actor, seq, last_op, place, bytes, received_at, device)
                      SELECT n.*, $9::bigint, $10::uuid FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[],
                          $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[]) AS n";
        let taken = "DELETE FROM refusal r USING unnest($1::uuid[], $2::bytea[]) AS n(doc, hash)
                     WHERE r.doc = n.doc AND r.hash = n.hash";
        let values: Values<'_> = &[
            &self.homes,
            &self.docs,
            &self.hashes,
            &self.actors,
            &self.seqs,
            &self.last_ops,
            &self.places,
            &self.bytes,
            &self.received_at,
            &self.device,
        ];
        let named: Values<'_> = &[&self.docs, &self.hashes];
        try_join!(execute(db, insert, values), execute(db, taken, named)).map(drop)
    }
}

/// Columns of the refusals of a push.
#[derive(Default)]
struct Refusals<'a> {
    docs: Vec<Uuid>,
    hashes: Vec<&'a [u8]>,
    codes: Vec<String>,
    push: Option<&'a Push>,
}

impl<'a> Refusals<'a> {
    fn of(push: &'a Push) -> Result<Self, StoreError> {
        let mut refusals = Self { push: Some(push), ..Self::default() };
        for refused in &push.refused {
            refusals.docs.push(refused.doc.0);
            refusals.hashes.push(&refused.hash.0);
            refusals.codes.push(word(&refused.why)?);
        }
        Ok(refusals)
    }

    async fn write(&self, db: &Transaction<'_>) -> Result<(), StoreError> {
        let Some(push) = self.push.filter(|_| !self.docs.is_empty()) else { return Ok(()) };
        let sql = "INSERT INTO refusal (doc, hash, code, account, device, at)
                   SELECT DISTINCT ON (n.doc, n.hash) n.doc, n.hash, n.code, $4::uuid, $5::uuid, $6::bigint
                   FROM unnest($1::uuid[], $2::bytea[], $3::text[]) AS n(doc, hash, code)
                   ORDER BY n.doc, n.hash
                   ON CONFLICT (doc, hash) DO UPDATE SET code = excluded.code";
        let (device, at) = (push.device.map(|device| device.0), millis(push.at));
        execute(db, sql, &[&self.docs, &self.hashes, &self.codes, &push.user.0, &device, &at]).await.map(drop)
    }
}
