//! The company's reference rows, routed to the scopes that hold them.

use super::Map;
use crate::people::routing;
use crate::people::seed::DemoCompany;
use crate::store::{RoutedRow, Store, StoreError};
use domain::Instant;
use domain::ids::{OrgId, TerritoryId};
use domain::reference::Row;
use std::collections::{BTreeSet, HashMap};
use sync::ScopeId;

/// Rows written at once.
const BATCH: usize = 5_000;

/// Writes all rows. Answers how many.
pub async fn load(
    store: &dyn Store,
    company: &DemoCompany,
    map: &Map,
    now: Instant,
) -> Result<usize, StoreError> {
    let rows = rows(company, map);
    for batch in rows.chunks(BATCH) {
        store.upsert_rows(batch.to_vec(), now).await?;
    }
    Ok(rows.len())
}

/// What others refer to comes first.
fn rows(company: &DemoCompany, map: &Map) -> Vec<RoutedRow> {
    let routed = |row, scopes| RoutedRow { row, scopes };
    let in_territory = |hcp| map.hcps.get(hcp).map(|territory| routing::everybody(*territory));
    let workplaces = workplaces(company, map);
    let territories = company.territories.iter().map(|territory| {
        routed(Row::Territory(territory.clone()), vec![ScopeId::Country(territory.country)])
    });
    let products = company
        .products
        .iter()
        .map(|product| routed(Row::Product(product.clone()), routing::of_product(product)));
    let colleagues = company
        .users
        .iter()
        .map(|user| routed(Row::Colleague(user.colleague()), vec![ScopeId::Country(map.country_of(user))]));
    let organisations = company.organisations.iter().map(|organisation| {
        let here = workplaces.get(&organisation.id).into_iter().flatten().copied();
        let scopes = routing::of_organisation(organisation.country, here);
        routed(Row::Organisation(organisation.clone()), scopes)
    });
    let hcps = company
        .hcps
        .iter()
        .map(|hcp| routed(Row::Hcp(hcp.clone()), in_territory(&hcp.id).into_iter().collect()));
    let affiliations = company
        .affiliations
        .iter()
        .map(|link| routed(Row::Affiliation(link.clone()), in_territory(&link.hcp).into_iter().collect()));
    let activities = company.activities.iter().map(|activity| {
        let scope = map.hcps.get(&activity.hcp).map(|at| routing::of_activity(activity, *at));
        routed(Row::Activity(activity.clone()), scope.into_iter().collect())
    });
    let base = territories.chain(products).chain(colleagues).chain(organisations);
    base.chain(hcps).chain(affiliations).chain(activities).collect()
}

/// The territories whose HCPs work in an organisation or in a part of it.
fn workplaces(company: &DemoCompany, map: &Map) -> HashMap<OrgId, BTreeSet<TerritoryId>> {
    let mut found: HashMap<OrgId, BTreeSet<TerritoryId>> = HashMap::new();
    let at_work = company.hcps.iter().filter_map(|hcp| Some((hcp.id, hcp.workplace?)));
    let linked = company.affiliations.iter().map(|link| (link.hcp, link.organisation));
    for (hcp, organisation) in at_work.chain(linked) {
        found.entry(organisation).or_default().extend(map.hcps.get(&hcp));
    }
    // A part comes after the whole: from the end, each whole gets what all its parts have.
    for organisation in company.organisations.iter().rev() {
        let here = found.get(&organisation.id).cloned().unwrap_or_default();
        if let Some(whole) = organisation.parent {
            found.entry(whole).or_default().extend(here);
        }
    }
    found
}
