//! The activity log as this device may see it.

use crate::row::body;
use crate::timeline::{self, TimelineSource};
use crate::{CommitError, ReadError, Reader};
use domain::ids::ActivityId;
use domain::insight::Activity;
use rusqlite::{Transaction, params};

pub fn put(tx: &Transaction<'_>, activity: &Activity) -> Result<(), CommitError> {
    tx.prepare_cached(
        "INSERT INTO activity (id, hcp, at, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET hcp = ?2, at = ?3, body = ?4",
    )?
    .execute(params![
        activity.id.0.as_bytes(),
        activity.hcp.0.as_bytes(),
        crate::row::millis(activity.at),
        serde_json::to_string(activity)?
    ])?;
    timeline::remove(tx, activity.id.0)?;
    timeline::add(tx, activity.hcp, activity.at, TimelineSource::Activity, activity.id.0)
}

impl Reader<'_> {
    /// One entry.
    pub fn activity(&self, id: ActivityId) -> Result<Option<Activity>, ReadError> {
        body(self.connection, "SELECT body FROM activity WHERE id = ?1", [id.0.as_bytes()])
    }
}
