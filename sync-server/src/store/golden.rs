//! Imports into the golden records: as a trait, and what every store does in the same way.

use super::{Answer, RoutedRow, StoreError};
use crate::people::import::{Golden, Retired};
use domain::Instant;
use domain::ids::{HcpId, TerritoryId};
use domain::people::{Audience, Country, Hcp, HcpStatus, PersonName};
use domain::reference::Row;
use std::collections::BTreeSet;
use sync::ScopeId;

/// Rows that are staged: see [`Golden`]. Its calls wait for the database: not for threads that serve requests.
pub trait Staging: Send {
    /// See [`Golden::upsert_batch`].
    fn upsert(&mut self, rows: &[Row]) -> Result<(), StoreError>;

    /// See [`Golden::retire_batch`].
    fn retire(&mut self, retired: &[Retired]) -> Result<(), StoreError>;

    /// See [`Golden::publish`].
    fn publish(self: Box<Self>) -> Result<(), StoreError>;
}

impl Golden for Box<dyn Staging> {
    type Error = StoreError;

    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        self.upsert(rows)
    }

    fn retire_batch(&mut self, retired: &[Retired]) -> Result<(), StoreError> {
        self.retire(retired)
    }

    fn publish(self) -> Result<(), StoreError> {
        Staging::publish(self)
    }
}

/// What takes golden records in.
pub trait Imports: Send + Sync {
    /// Begins an import: one transaction from the first row to the last, so that nothing is half imported. HCPs that
    /// have no territory yet come into `territory`, if one, with all that is about them, at this instant.
    fn begin_import(&self, territory: Option<TerritoryId>, at: Instant) -> Answer<'_, Box<dyn Staging>>;

    /// The territory of a name; `Missing` when there is none.
    fn territory_named(&self, name: String) -> Answer<'_, TerritoryId>;
}

/// There is no territory of this name.
pub fn no_such_territory() -> StoreError {
    StoreError::Missing("territory of this name")
}

/// An HCP as the source has it; but what the source cannot know stays as the company has set it.
pub fn as_the_company_has_it(source: &Hcp, kept: Option<&Hcp>, territory: Option<TerritoryId>) -> Hcp {
    let mut hcp = source.clone();
    if let Some(kept) = kept {
        (hcp.tier, hcp.territory) = (kept.tier, kept.territory);
        hcp.workplace = hcp.workplace.or(kept.workplace);
    }
    hcp.territory = hcp.territory.or(territory);
    hcp
}

/// The HCP of a number that was taken back. One who is not known is kept without a name, so that the number is never
/// taken for a new one; only the United States' registry gives such.
pub fn retired(number: &Retired, kept: Option<Hcp>) -> RoutedRow {
    let hcp = match kept {
        Some(kept) => Hcp { status: HcpStatus::Inactive, ..kept },
        None => nameless(number.hcp, number),
    };
    let scopes = scopes_in(hcp.territory);
    RoutedRow { row: Row::Hcp(hcp), scopes }
}

fn nameless(id: HcpId, retired: &Retired) -> Hcp {
    Hcp {
        id,
        name: PersonName::default(),
        specialty: String::new(),
        tier: None,
        status: HcpStatus::Inactive,
        country: Country::US,
        city: String::new(),
        workplace: None,
        territory: None,
        identifiers: vec![retired.number.clone()],
    }
}

/// Where what belongs to a territory's HCPs lives.
pub fn scopes_in(territory: Option<TerritoryId>) -> Vec<ScopeId> {
    territory.into_iter().map(|territory| ScopeId::Territory(territory, Audience::All)).collect()
}

/// Of a row that comes twice in a batch, the last word: the log of a batch has one line for each.
pub fn latest<'a>(rows: impl DoubleEndedIterator<Item = &'a Row>) -> Vec<&'a Row> {
    let mut seen = BTreeSet::new();
    let mut last: Vec<_> = rows.rev().filter(|row| seen.insert(row.key())).collect();
    last.reverse();
    last
}
