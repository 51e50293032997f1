//! Consent of HCPs.

use crate::row::body;
use crate::timeline::{self, TimelineSource};
use crate::{CommitError, ReadError, Reader};
use domain::consent::ConsentEvent;
use domain::ids::HcpId;
use domain::people::AboutHcp;
use rusqlite::{Transaction, params};

pub fn project(tx: &Transaction<'_>, consent: &AboutHcp<Vec<ConsentEvent>>) -> Result<(), CommitError> {
    tx.prepare_cached(
        "INSERT INTO consent (hcp, body) VALUES (?1, ?2) ON CONFLICT (hcp) DO UPDATE SET body = ?2",
    )?
    .execute(params![consent.hcp.0.as_bytes(), serde_json::to_string(&consent.content)?])?;
    for event in &consent.content {
        timeline::add(tx, consent.hcp, event.at, TimelineSource::Consent, event.id.0)?;
    }
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, hcp: HcpId) -> Result<(), CommitError> {
    for sql in
        ["DELETE FROM consent WHERE hcp = ?1", "DELETE FROM timeline WHERE hcp = ?1 AND source = 'consent'"]
    {
        tx.prepare_cached(sql)?.execute([hcp.0.as_bytes()])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// All consent events of an HCP.
    pub fn consent(&self, hcp: HcpId) -> Result<Vec<ConsentEvent>, ReadError> {
        let sql = "SELECT body FROM consent WHERE hcp = ?1";
        Ok(body(self.connection, sql, [hcp.0.as_bytes()])?.unwrap_or_default())
    }
}
