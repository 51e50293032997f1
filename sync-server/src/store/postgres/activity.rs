//! Table `activity`: what happened, once. With it, in the same transaction, what leaves for other systems and what
//! those see who may not hold the document.

use super::values::{millis, word};
use super::{Values, outbox, placing, query, rows};
use crate::connectors::outbox::NewEntry;
use crate::people::routing;
use crate::store::log::Additions;
use crate::store::{Happened, Push, RoutedRow, StoreError};
use deadpool_postgres::Transaction;
use domain::reference::Row as Reference;
use std::collections::HashSet;
use uuid::Uuid;

/// Writes the effects of a push and all that follows from those that were not written before.
pub async fn write(db: &Transaction<'_>, push: &Push, additions: &mut Additions) -> Result<(), StoreError> {
    let new = insert(db, push).await?;
    let mut new: Vec<&Happened> =
        push.happened.iter().filter(|one| new.contains(&(one.doc.0, one.id.0))).collect();
    let mut seen = HashSet::new();
    new.retain(|one| seen.insert((one.doc, one.id)));
    let leaving: Vec<NewEntry> = new.iter().map(|one| one.leaving()).collect();
    outbox::insert(db, &leaving).await?;
    let shown: Vec<_> = new.iter().filter_map(|one| one.shown.as_ref()).collect();
    // It is told where the HCP is now.
    let at = placing::territories_of(db, &shown.iter().map(|(activity, _)| activity.hcp).collect()).await?;
    let shown = shown.into_iter().map(|(activity, scope)| RoutedRow {
        row: Reference::Activity(activity.clone()),
        scopes: vec![at.get(&activity.hcp).map_or(*scope, |at| routing::of_activity(activity, *at))],
    });
    rows::upsert(db, &shown.collect::<Vec<_>>(), additions).await.map(drop)
}

/// Columns of what happened.
#[derive(Default)]
struct Columns<'a> {
    docs: Vec<Uuid>,
    ids: Vec<Uuid>,
    effects: Vec<&'static str>,
    subjects: Vec<Uuid>,
    hcps: Vec<Option<Uuid>>,
    kinds: Vec<String>,
    audiences: Vec<String>,
    titles: Vec<&'a str>,
    at: Vec<i64>,
    by: Vec<Uuid>,
}

impl<'a> Columns<'a> {
    fn add(&mut self, happened: &'a Happened) -> Result<(), StoreError> {
        self.docs.push(happened.doc.0);
        self.ids.push(happened.id.0);
        self.effects.push(happened.effect.name());
        self.subjects.push(happened.subject);
        self.hcps.push(happened.hcp.map(|hcp| hcp.0));
        self.kinds.push(word(&happened.kind)?);
        self.audiences.push(word(&happened.audience)?);
        self.titles.push(&happened.title);
        self.at.push(millis(happened.at));
        self.by.push(happened.by.0);
        Ok(())
    }
}

/// Answers what was not there before, as (document, id).
async fn insert(db: &Transaction<'_>, push: &Push) -> Result<HashSet<(Uuid, Uuid)>, StoreError> {
    if push.happened.is_empty() {
        return Ok(HashSet::new());
    }
    let mut columns = Columns::default();
    push.happened.iter().try_for_each(|happened| columns.add(happened))?;
    let sql = "INSERT INTO activity
            (doc, id, effect, subject, hcp, kind, audience, title, happened_at, account, received_at)
        SELECT n.*, $11::bigint FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[],
            $7::text[], $8::text[], $9::bigint[], $10::uuid[]) AS n(doc, id)
        ORDER BY n.doc, n.id ON CONFLICT DO NOTHING RETURNING doc, id";
    let received_at = millis(push.at);
    let values: Values<'_> = &[
        &columns.docs,
        &columns.ids,
        &columns.effects,
        &columns.subjects,
        &columns.hcps,
        &columns.kinds,
        &columns.audiences,
        &columns.titles,
        &columns.at,
        &columns.by,
        &received_at,
    ];
    let rows = query(db, sql, values).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
