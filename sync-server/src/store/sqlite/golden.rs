//! An import into the golden records. While it runs nobody else writes.

use super::log::{self, Growth};
use super::values::id;
use super::{Sqlite, connect, moving, rows};
use crate::people::import::Retired;
use crate::store::golden::{as_the_company_has_it, latest, no_such_territory, retired, scopes_in};
use crate::store::log::Additions;
use crate::store::{Announcer, Answer, Imports, RoutedRow, Staging, StoreError};
use domain::Instant;
use domain::ids::{HcpId, OrgId, TerritoryId};
use domain::people::{Hcp, Organisation};
use domain::reference::{Row, Table};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;
use std::path::Path;
use sync::ScopeId;

/// Pages that an import keeps in memory, in KiB as SQLite has it (negative). Rows come in no order of their keys.
const CACHE: i64 = -64 * 1024;

impl Imports for Sqlite {
    fn begin_import(&self, territory: Option<TerritoryId>, at: Instant) -> Answer<'_, Box<dyn Staging>> {
        let (file, announcer) = (self.file.clone(), self.announcer.clone());
        Box::pin(async move {
            let begun = tokio::task::spawn_blocking(move || Import::begin(&file, announcer, (territory, at)));
            let begun = begun.await.map_err(|error| StoreError::Failed(error.to_string()))??;
            Ok(Box::new(begun) as Box<dyn Staging>)
        })
    }

    fn territory_named(&self, name: String) -> Answer<'_, TerritoryId> {
        let sql = "SELECT key FROM reference_row WHERE tab = 'territory' AND body ->> '$.row.name' = ?1";
        Box::pin(self.read(move |db| {
            let found = db.query_row(sql, [name], |row| id(row, 0)).optional()?;
            found.map(TerritoryId).ok_or_else(no_such_territory)
        }))
    }
}

/// An import under way, on a connection of its own. When that closes without a commit, no trace is left.
struct Import {
    db: Connection,
    growth: Growth,
    /// The territory of HCPs that have none.
    territory: Option<TerritoryId>,
    at: Instant,
    /// Organisations that territories must see because an HCP of theirs works there.
    needed: BTreeSet<(OrgId, ScopeId)>,
}

impl Import {
    fn begin(
        file: &Path,
        announcer: Announcer,
        (territory, at): (Option<TerritoryId>, Instant),
    ) -> Result<Self, StoreError> {
        let db = connect(file)?;
        let growth = Growth::of(&db, announcer)?;
        db.pragma_update(None, "cache_size", CACHE)?;
        db.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Self { db, growth, territory, at, needed: BTreeSet::new() })
    }

    /// Writes rows of which none depends on another one's place.
    fn write(&mut self, rows: &[&Row]) -> Result<(), StoreError> {
        let routed = rows.iter().map(|row| self.route(row)).collect::<Result<Vec<_>, _>>()?;
        let mut additions = Additions::default();
        moving::take(&self.db, routed, (&BTreeSet::new(), self.at), &mut additions)?;
        log::write(&self.db, &additions)
    }

    fn route(&mut self, row: &Row) -> Result<RoutedRow, StoreError> {
        Ok(match row {
            Row::Hcp(hcp) => self.route_hcp(hcp)?,
            Row::Affiliation(link) => {
                let scopes = self.scopes_of(link.hcp)?;
                self.needed.extend(scopes.iter().map(|scope| (link.organisation, *scope)));
                RoutedRow { row: row.clone(), scopes }
            }
            _ => {
                let (table, key) = row.key();
                let scopes = rows::scopes_of(&self.db, table, key)?.into_iter().collect();
                RoutedRow { row: row.clone(), scopes }
            }
        })
    }

    fn route_hcp(&mut self, hcp: &Hcp) -> Result<RoutedRow, StoreError> {
        let hcp = as_the_company_has_it(hcp, self.hcp(hcp.id)?.as_ref(), self.territory);
        let scopes = scopes_in(hcp.territory);
        self.needed.extend(hcp.workplace.iter().flat_map(|org| scopes.iter().map(|scope| (*org, *scope))));
        Ok(RoutedRow { row: Row::Hcp(hcp), scopes })
    }

    fn retire_number(&mut self, number: &Retired, additions: &mut Additions) -> Result<(), StoreError> {
        if self.organisation(number.organisation)?.is_some() {
            return Ok(());
        }
        let row = retired(number, self.hcp(number.hcp)?);
        rows::upsert(&self.db, &row, additions).map(drop)
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
            let row = RoutedRow { row: Row::Organisation(organisation), scopes };
            rows::upsert(&self.db, &row, &mut additions)?;
        }
        log::write(&self.db, &additions)
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

    fn scopes_of(&self, hcp: HcpId) -> Result<Vec<ScopeId>, StoreError> {
        Ok(scopes_in(self.hcp(hcp)?.and_then(|hcp| hcp.territory)))
    }
}

impl Staging for Import {
    fn upsert(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        // HCPs first: where a link goes depends on them.
        let (people, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| matches!(row, Row::Hcp(_)));
        self.write(&latest(people.into_iter()))?;
        self.write(&latest(others.into_iter()))
    }

    fn retire(&mut self, retired: &[Retired]) -> Result<(), StoreError> {
        let mut additions = Additions::default();
        let mut seen = BTreeSet::new();
        let once = retired.iter().filter(|retired| seen.insert(retired.hcp));
        once.into_iter().try_for_each(|retired| self.retire_number(retired, &mut additions))?;
        log::write(&self.db, &additions)
    }

    fn publish(mut self: Box<Self>) -> Result<(), StoreError> {
        self.show_organisations()?;
        self.db.execute_batch("COMMIT")?;
        self.growth.committed();
        Ok(())
    }
}
