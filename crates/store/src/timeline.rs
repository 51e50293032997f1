//! One line for everything that happened with an HCP, read in pages from the newest.

use crate::row::{instant, millis, uuid};
use crate::{CommitError, ReadError, Reader};
use domain::Instant;
use domain::ids::HcpId;
use rusqlite::{Transaction, params};
use uuid::Uuid;

/// Where a line's content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineSource {
    /// A call.
    Call,
    /// A consent event.
    Consent,
    /// An entry of the activity log.
    Activity,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineRow {
    /// When.
    pub at: Instant,
    /// Where its content stands.
    pub source: TimelineSource,
    /// Under which id.
    pub id: Uuid,
}

/// The place of a line, to go on after it.
pub type TimelineMark = TimelineRow;

impl TimelineSource {
    /// Its name in the store and in marks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Consent => "consent",
            Self::Activity => "activity",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Call, Self::Consent, Self::Activity].into_iter().find(|source| source.name() == name)
    }
}

pub fn add(
    tx: &Transaction<'_>,
    hcp: HcpId,
    at: Instant,
    source: TimelineSource,
    id: Uuid,
) -> Result<(), CommitError> {
    tx.prepare_cached("INSERT OR IGNORE INTO timeline (hcp, at, source, id) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![hcp.0.as_bytes(), millis(at), source.name(), id.as_bytes()])?;
    Ok(())
}

pub fn remove(tx: &Transaction<'_>, id: Uuid) -> Result<(), CommitError> {
    tx.prepare_cached("DELETE FROM timeline WHERE id = ?1")?.execute([id.as_bytes()])?;
    Ok(())
}

impl Reader<'_> {
    /// At most `limit` lines, newest first, after a mark.
    pub fn timeline(
        &self,
        hcp: HcpId,
        after: Option<TimelineMark>,
        limit: u32,
    ) -> Result<Vec<TimelineRow>, ReadError> {
        let (at, source, id) =
            after.map_or((i64::MAX, "~", Uuid::max()), |mark| (millis(mark.at), mark.source.name(), mark.id));
        let mut statement = self.connection.prepare_cached(
            "SELECT at, source, id FROM timeline WHERE hcp = ?1 AND (at, source, id) < (?2, ?3, ?4)
             ORDER BY at DESC, source DESC, id DESC LIMIT ?5",
        )?;
        let mut rows = statement.query(params![hcp.0.as_bytes(), at, source, id.as_bytes(), limit])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            let source = TimelineSource::named(&name)
                .ok_or_else(|| ReadError::Damaged(format!("timeline source {name}")))?;
            lines.push(TimelineRow { at: instant(row.get(0)?), source, id: uuid(row, 2)? });
        }
        Ok(lines)
    }
}
