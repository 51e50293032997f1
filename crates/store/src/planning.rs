//! Follow-ups.

use crate::row::{bodies, body};
use crate::{CommitError, ReadError, Reader};
use domain::ids::{FollowUpId, HcpId};
use domain::planning::{FollowUp, FollowUpState};
use rusqlite::{Transaction, params};

pub fn project(tx: &Transaction<'_>, follow_up: &FollowUp) -> Result<(), CommitError> {
    tx.prepare_cached(
        "INSERT INTO follow_up (id, hcp, due, open, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET due = ?3, open = ?4, body = ?5",
    )?
    .execute(params![
        follow_up.id.0.as_bytes(),
        follow_up.hcp.map(|hcp| hcp.0.into_bytes()),
        follow_up.due.to_string(),
        follow_up.state == FollowUpState::Open,
        serde_json::to_string(follow_up)?
    ])?;
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, follow_up: FollowUpId) -> Result<(), CommitError> {
    tx.prepare_cached("DELETE FROM follow_up WHERE id = ?1")?.execute([follow_up.0.as_bytes()])?;
    Ok(())
}

impl Reader<'_> {
    /// One follow-up.
    pub fn follow_up(&self, id: FollowUpId) -> Result<Option<FollowUp>, ReadError> {
        body(self.connection, "SELECT body FROM follow_up WHERE id = ?1", [id.0.as_bytes()])
    }

    /// Open follow-ups, the earliest due first.
    pub fn open_follow_ups(&self) -> Result<Vec<FollowUp>, ReadError> {
        bodies(self.connection, "SELECT body FROM follow_up WHERE open = 1 ORDER BY due, id", [])
    }

    /// Open follow-ups about an HCP, the earliest due first.
    pub fn open_follow_ups_about(&self, hcp: HcpId) -> Result<Vec<FollowUp>, ReadError> {
        let sql = "SELECT body FROM follow_up WHERE open = 1 AND hcp = ?1 ORDER BY due, id";
        bodies(self.connection, sql, [hcp.0.as_bytes()])
    }
}
