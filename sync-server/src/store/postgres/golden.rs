//! An import into the golden records. Others go on reading and writing meanwhile: it locks the rows that it writes, and
//! scopes only when it publishes.

use super::moving::{self, Crowd, News};
use super::rows::{self, Kept, Key};
use super::staging::Staged;
use super::{Postgres, connection, following, log, query};
use crate::people::import::Retired;
use crate::store::golden::{as_the_company_has_it, latest, no_such_territory, retired, scopes_in};
use crate::store::log::Additions;
use crate::store::moving::Mover;
use crate::store::{Announcer, Answer, Imports, RoutedRow, Staging, StoreError};
use deadpool_postgres::Client;
use domain::Instant;
use domain::ids::{HcpId, OrgId, TerritoryId};
use domain::people::Hcp;
use domain::reference::{Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use sync::ScopeId;
use tokio::runtime::Handle;

/// Organisations that are shown at once.
const BATCH: usize = 1_000;

impl Imports for Postgres {
    fn begin_import(&self, territory: Option<TerritoryId>, at: Instant) -> Answer<'_, Box<dyn Staging>> {
        Box::pin(async move {
            // A connection of its own, that goes with its pool: when the import is dropped, the transaction ends.
            let db = connection::pool(&self.settings)?.get().await?;
            db.batch_execute("BEGIN").await?;
            let staged = Staged::begin(&db).await?;
            let (announcer, crowd, needed) = (self.announcer.clone(), Crowd::default(), BTreeSet::new());
            let import = Import { db, staged, announcer, territory, at, crowd, needed };
            Ok(Box::new(Waiting { import, runtime: Handle::current() }) as Box<dyn Staging>)
        })
    }

    fn territory_named(&self, name: String) -> Answer<'_, TerritoryId> {
        Box::pin(async move {
            let sql = "SELECT key FROM reference_row WHERE tab = 'territory'
                       AND body::jsonb #>> '{row,name}' = $1 ORDER BY key LIMIT 1";
            let rows = query(&self.client().await?, sql, &[&name]).await?;
            let row = rows.first().ok_or_else(no_such_territory)?;
            Ok(TerritoryId(row.try_get(0)?))
        })
    }
}

/// An import that is told what to do by a thread that may wait.
struct Waiting {
    import: Import,
    runtime: Handle,
}

impl Staging for Waiting {
    fn upsert(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        self.runtime.block_on(self.import.upsert(rows))
    }

    fn retire(&mut self, retired: &[Retired]) -> Result<(), StoreError> {
        self.runtime.block_on(self.import.retire(retired))
    }

    fn publish(self: Box<Self>) -> Result<(), StoreError> {
        let Self { import, runtime } = *self;
        runtime.block_on(import.publish())
    }
}

/// An import under way.
struct Import {
    db: Client,
    staged: Staged,
    announcer: Announcer,
    /// The territory of HCPs that have none.
    territory: Option<TerritoryId>,
    at: Instant,
    /// HCPs who are given a territory.
    crowd: Crowd,
    /// Organisations that territories must see because an HCP of theirs works there.
    needed: BTreeSet<(OrgId, ScopeId)>,
}

impl Import {
    /// HCPs first: where a link goes depends on them.
    async fn upsert(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let (people, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| matches!(row, Row::Hcp(_)));
        self.write(latest(people.into_iter())).await?;
        self.write(latest(others.into_iter())).await
    }

    async fn write(&mut self, rows: Vec<&Row>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let kept = rows::kept(&self.db, &concerned(&rows)).await?;
        let (mut routed, mut movers) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            routed.push(self.route(row, &kept, &mut movers)?);
        }
        let routed = following::with(&self.db, routed, &movers).await?;
        moving::remember(&self.db, &movers, self.at).await?;
        self.crowd.add(&movers);
        self.stage(&routed).await
    }

    async fn stage(&mut self, routed: &[RoutedRow]) -> Result<(), StoreError> {
        let mut additions = Additions::default();
        rows::upsert(&self.db, routed, &mut additions).await?;
        self.staged.add(&self.db, &additions).await
    }

    fn route(
        &mut self,
        row: &Row,
        kept: &BTreeMap<Key, Kept>,
        movers: &mut Vec<Mover>,
    ) -> Result<RoutedRow, StoreError> {
        let scopes = match row {
            Row::Hcp(source) => {
                let before = hcp(kept, source.id)?;
                let hcp = as_the_company_has_it(source, before.as_ref(), self.territory);
                movers.extend(before.and_then(|before| Mover::of(&before, &hcp)));
                let scopes = scopes_in(hcp.territory);
                self.need(hcp.workplace.as_slice(), &scopes);
                return Ok(RoutedRow { row: Row::Hcp(hcp), scopes });
            }
            Row::Affiliation(link) => {
                let scopes = scopes_in(hcp(kept, link.hcp)?.and_then(|hcp| hcp.territory));
                self.need(&[link.organisation], &scopes);
                scopes
            }
            _ => kept.get(&row.key()).map(|kept| kept.scopes.iter().copied().collect()).unwrap_or_default(),
        };
        Ok(RoutedRow { row: row.clone(), scopes })
    }

    fn need(&mut self, organisations: &[OrgId], scopes: &[ScopeId]) {
        self.needed.extend(organisations.iter().flat_map(|org| scopes.iter().map(|scope| (*org, *scope))));
    }

    async fn retire(&mut self, numbers: &[Retired]) -> Result<(), StoreError> {
        let keys = numbers
            .iter()
            .flat_map(|number| [(Table::Hcp, number.hcp.0), (Table::Organisation, number.organisation.0)]);
        let kept = rows::kept(&self.db, &keys.collect()).await?;
        let mut seen = BTreeSet::new();
        let mut routed = Vec::new();
        for number in numbers.iter().filter(|number| seen.insert(number.hcp)) {
            if !kept.contains_key(&(Table::Organisation, number.organisation.0)) {
                routed.push(retired(number, hcp(&kept, number.hcp)?));
            }
        }
        self.stage(&routed).await
    }

    async fn publish(mut self) -> Result<(), StoreError> {
        self.show_organisations().await?;
        let mut news = News::at(self.at);
        news.place(&self.db, &self.crowd).await?;
        news.lock(&self.db, &self.crowd, &self.staged.scopes()).await?;
        let grown = self.staged.publish(&self.db).await?;
        let moved = log::write(&self.db, &news.additions, &news.homes).await?;
        self.db.batch_execute("COMMIT").await?;
        grown.and(moved).announce(&self.announcer);
        Ok(())
    }

    /// Shows organisations to the territories whose HCPs work there.
    async fn show_organisations(&mut self) -> Result<(), StoreError> {
        let mut needed: BTreeMap<OrgId, BTreeSet<ScopeId>> = BTreeMap::new();
        for (organisation, scope) in std::mem::take(&mut self.needed) {
            needed.entry(organisation).or_default().insert(scope);
        }
        let needed: Vec<_> = needed.into_iter().collect();
        for batch in needed.chunks(BATCH) {
            let keys = batch.iter().map(|(id, _)| (Table::Organisation, id.0)).collect();
            let kept = rows::kept(&self.db, &keys).await?;
            let mut shown = Vec::new();
            for (id, scopes) in batch {
                let Some(kept) = kept.get(&(Table::Organisation, id.0)) else { continue };
                let scopes = kept.scopes.union(scopes).copied().collect();
                shown.extend(kept.row()?.map(|row| RoutedRow { row, scopes }));
            }
            self.stage(&shown).await?;
        }
        Ok(())
    }
}

/// The rows that are to be read before these are written: themselves, and the HCPs of links.
fn concerned(rows: &[&Row]) -> BTreeSet<Key> {
    let linked = rows.iter().filter_map(|row| match row {
        Row::Affiliation(link) => Some((Table::Hcp, link.hcp.0)),
        _ => None,
    });
    rows.iter().map(|row| row.key()).chain(linked).collect()
}

fn hcp(kept: &BTreeMap<Key, Kept>, id: HcpId) -> Result<Option<Hcp>, StoreError> {
    Ok(match kept.get(&(Table::Hcp, id.0)).map(Kept::row).transpose()?.flatten() {
        Some(Row::Hcp(hcp)) => Some(hcp),
        _ => None,
    })
}
