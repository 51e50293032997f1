//! Which scopes hold a reference row.

use domain::content::Product;
use domain::ids::TerritoryId;
use domain::insight::{Activity, ActivityKind};
use domain::people::{Audience, Country};
use sync::ScopeId;

/// What everybody of a territory sees.
#[must_use]
pub fn everybody(territory: TerritoryId) -> ScopeId {
    ScopeId::Territory(territory, Audience::All)
}

/// Where a brand is sold.
#[must_use]
pub fn of_product(product: &Product) -> Vec<ScopeId> {
    product.countries.iter().map(|country| ScopeId::Country(*country)).collect()
}

/// An organisation: where HCPs work in it, else its whole country.
#[must_use]
pub fn of_organisation(country: Country, territories: impl Iterator<Item = TerritoryId>) -> Vec<ScopeId> {
    let scopes: Vec<_> = territories.map(everybody).collect();
    if scopes.is_empty() { vec![ScopeId::Country(country)] } else { scopes }
}

/// A line of the activity log: what Medical did is told to commercial here; Medical has the documents themselves.
#[must_use]
pub fn of_activity(activity: &Activity, territory: TerritoryId) -> ScopeId {
    match activity.kind {
        ActivityKind::Medical => ScopeId::Territory(territory, Audience::Commercial),
        _ => everybody(territory),
    }
}
