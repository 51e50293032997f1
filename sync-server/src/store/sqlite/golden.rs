//! An import into the golden records: one transaction from the first row to the last, so that nothing is half
//! imported. While it runs nobody else writes.

use super::log::Additions;
use super::values::{damaged, id};
use super::{connect, migrations, rows};
use crate::people::import::{Golden, Retired};
use crate::store::{RoutedRow, StoreError};
use domain::ids::{HcpId, OrgId, TerritoryId};
use domain::people::{Audience, Country, Hcp, HcpStatus, Organisation, PersonName};
use domain::reference::{Row, Table};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::collections::BTreeSet;
use std::path::Path;
use sync::ScopeId;

/// Pages that an import keeps in memory, in KiB as SQLite has it (negative). Rows come in no order of their keys.
const CACHE: i64 = -64 * 1024;

/// Opens the store's file for an import, and brings its schema up to date.
pub fn open(file: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(file)?;
    migrations::runner().run(&mut connection).map_err(damaged)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    Ok(connection)
}

/// The territory of a name.
pub fn territory_named(connection: &Connection, name: &str) -> Result<TerritoryId, StoreError> {
    let sql = "SELECT key FROM reference_row WHERE tab = 'territory' AND body ->> '$.row.name' = ?1";
    let found = connection.query_row(sql, [name], |row| id(row, 0)).optional()?;
    found.map(TerritoryId).ok_or(StoreError::Missing("territory of this name"))
}

/// An import under way.
pub struct Import<'a> {
    db: Transaction<'a>,
    /// The territory of HCPs that have none.
    territory: Option<TerritoryId>,
    /// Organisations that territories must see because an HCP of theirs works there.
    needed: BTreeSet<(OrgId, ScopeId)>,
}

impl<'a> Import<'a> {
    /// Begins. HCPs that have no territory yet come into `territory`, if one.
    pub fn begin(connection: &'a mut Connection, territory: Option<TerritoryId>) -> Result<Self, StoreError> {
        let db = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Self { db, territory, needed: BTreeSet::new() })
    }

    fn upsert(&mut self, row: &Row, additions: &mut Additions) -> Result<(), StoreError> {
        let routed = match row {
            Row::Hcp(hcp) => self.route_hcp(hcp)?,
            Row::Affiliation(link) => {
                let scopes = self.scope_of(link.hcp)?;
                self.needed.extend(scopes.iter().map(|scope| (link.organisation, *scope)));
                RoutedRow { row: row.clone(), scopes }
            }
            _ => {
                let (table, key) = row.key();
                let scopes = rows::scopes_of(&self.db, table, key)?.into_iter().collect();
                RoutedRow { row: row.clone(), scopes }
            }
        };
        rows::upsert(&self.db, &routed, additions).map(drop)
    }

    /// What the source cannot know stays as the company has set it.
    fn route_hcp(&mut self, hcp: &Hcp) -> Result<RoutedRow, StoreError> {
        let mut hcp = hcp.clone();
        if let Some(kept) = self.hcp(hcp.id)? {
            (hcp.tier, hcp.territory) = (kept.tier, kept.territory);
            hcp.workplace = hcp.workplace.or(kept.workplace);
        }
        hcp.territory = hcp.territory.or(self.territory);
        let scopes = scope_in(hcp.territory);
        self.needed.extend(hcp.workplace.iter().flat_map(|org| scopes.iter().map(|scope| (*org, *scope))));
        Ok(RoutedRow { row: Row::Hcp(hcp), scopes })
    }

    fn retire(&mut self, retired: &Retired, additions: &mut Additions) -> Result<(), StoreError> {
        if self.organisation(retired.organisation)?.is_some() {
            return Ok(());
        }
        let hcp = match self.hcp(retired.hcp)? {
            Some(kept) => Hcp { status: HcpStatus::Inactive, ..kept },
            None => nameless(retired),
        };
        let scopes = scope_in(hcp.territory);
        rows::upsert(&self.db, &RoutedRow { row: Row::Hcp(hcp), scopes }, additions).map(drop)
    }

    /// Shows organisations to the territories whose HCPs work there.
    fn show_organisations(&mut self) -> Result<(), StoreError> {
        let mut additions = Additions::default();
        let mut needed = std::mem::take(&mut self.needed).into_iter().peekable();
        while let Some((id, first)) = needed.next() {
            let mut scopes = rows::scopes_of(&self.db, Table::Organisation, id.0)?;
            scopes.insert(first);
            while let Some((_, scope)) = needed.next_if(|(next, _)| *next == id) {
                scopes.insert(scope);
            }
            let Some(organisation) = self.organisation(id)? else { continue };
            let scopes = scopes.into_iter().collect();
            rows::upsert(
                &self.db,
                &RoutedRow { row: Row::Organisation(organisation), scopes },
                &mut additions,
            )?;
        }
        additions.write(&self.db)
    }

    fn hcp(&self, id: HcpId) -> Result<Option<Hcp>, StoreError> {
        Ok(match rows::row(&self.db, Table::Hcp, id.0)? {
            Some(Row::Hcp(hcp)) => Some(hcp),
            _ => None,
        })
    }

    fn organisation(&self, id: OrgId) -> Result<Option<Organisation>, StoreError> {
        Ok(match rows::row(&self.db, Table::Organisation, id.0)? {
            Some(Row::Organisation(organisation)) => Some(organisation),
            _ => None,
        })
    }

    fn scope_of(&self, hcp: HcpId) -> Result<Vec<ScopeId>, StoreError> {
        Ok(scope_in(self.hcp(hcp)?.and_then(|hcp| hcp.territory)))
    }
}

impl Golden for Import<'_> {
    type Error = StoreError;

    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let mut additions = Additions::default();
        // HCPs first: where a link goes depends on them.
        let (people, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| matches!(row, Row::Hcp(_)));
        for row in latest(people).into_iter().chain(latest(others)) {
            self.upsert(row, &mut additions)?;
        }
        additions.write(&self.db)
    }

    fn retire_batch(&mut self, retired: &[Retired]) -> Result<(), StoreError> {
        let mut additions = Additions::default();
        let mut seen = BTreeSet::new();
        let once = retired.iter().filter(|retired| seen.insert(retired.hcp));
        once.into_iter().try_for_each(|retired| self.retire(retired, &mut additions))?;
        additions.write(&self.db)
    }

    fn publish(mut self) -> Result<(), StoreError> {
        self.show_organisations()?;
        Ok(self.db.commit()?)
    }
}

/// Of a row that comes twice in a batch, the last word: the log of a batch has one line for each.
fn latest(rows: Vec<&Row>) -> Vec<&Row> {
    let mut seen = BTreeSet::new();
    let mut last: Vec<_> = rows.into_iter().rev().filter(|row| seen.insert(row.key())).collect();
    last.reverse();
    last
}

fn scope_in(territory: Option<TerritoryId>) -> Vec<ScopeId> {
    territory.into_iter().map(|territory| ScopeId::Territory(territory, Audience::All)).collect()
}

/// So that a number that was taken back is never taken for a new one. Only the United States' registry gives such.
fn nameless(retired: &Retired) -> Hcp {
    Hcp {
        id: retired.hcp,
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
