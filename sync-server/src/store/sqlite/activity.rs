//! Table `activity`: what happened, once. With it, in the same transaction, what leaves for other systems and what
//! those see who may not hold the document.

use super::values::{id, millis, word};
use super::{outbox, placing, rows};
use crate::people::routing;
use crate::store::log::Additions;
use crate::store::{Happened, RoutedRow, StoreError};
use domain::Instant;
use domain::ids::{ActivityId, DocId};
use domain::reference::Row as Reference;
use rusqlite::{Transaction, params};

/// Writes an effect and all that follows from it, unless it was written before.
pub fn write(
    db: &Transaction<'_>,
    happened: &Happened,
    received_at: Instant,
    additions: &mut Additions,
) -> Result<(), StoreError> {
    if !insert(db, happened, received_at)? {
        return Ok(());
    }
    outbox::insert(db, &happened.leaving())?;
    if let Some((activity, scope)) = &happened.shown {
        // It is told where the HCP is now.
        let at = placing::territory_of(db, activity.hcp)?;
        let scope = at.map_or(*scope, |at| routing::of_activity(activity, at));
        let shown = RoutedRow { row: Reference::Activity(activity.clone()), scopes: vec![scope] };
        rows::upsert(db, &shown, additions)?;
    }
    Ok(())
}

fn insert(db: &Transaction<'_>, happened: &Happened, received_at: Instant) -> Result<bool, StoreError> {
    let inserted = db
        .prepare_cached(
            "INSERT INTO activity
                 (id, doc, effect, subject, hcp, kind, audience, title, happened_at, received_at, account)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            happened.id.0.into_bytes(),
            happened.doc.0.into_bytes(),
            happened.effect.name(),
            happened.subject.into_bytes(),
            happened.hcp.map(|hcp| hcp.0.into_bytes()),
            word(&happened.kind)?,
            word(&happened.audience)?,
            happened.title,
            millis(happened.at),
            millis(received_at),
            happened.by.0.into_bytes(),
        ])?;
    Ok(inserted == 1)
}

/// The lines that follow from a document.
pub fn of(db: &Transaction<'_>, doc: DocId) -> Result<Vec<ActivityId>, StoreError> {
    let mut select = db.prepare_cached("SELECT id FROM activity WHERE doc = ?1 ORDER BY id")?;
    let ids = select.query_map([doc.0.into_bytes()], |row| id(row, 0).map(ActivityId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
