//! Loads a demo company into a store: its accounts, its reference rows and its documents. What the company is belongs
//! to `seed`.

mod documents;
mod rows;

use crate::chance::Chance;
use crate::people::seed::{self, DemoCompany, DemoUser};
use crate::store::{NewAccount, Store, StoreError};
use document::{Actor, BrokenChange, Unreadable};
use domain::Instant;
use domain::ids::{DeviceId, TerritoryId, UserId};
use domain::people::{Country, Role};
use std::collections::HashMap;

/// The number from which the demo company is made.
const SEED: u64 = 2_026;

/// Why a demo company cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum NoDemo {
    /// Somebody may sign in already.
    #[error("the store is not empty")]
    NotEmpty,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document cannot be written.
    #[error(transparent)]
    Document(#[from] Unreadable),
    /// A document's changes cannot be read.
    #[error(transparent)]
    Change(#[from] BrokenChange),
    /// The company has nobody who could have written it.
    #[error("the company has no administrator")]
    NoAdministrator,
}

/// How much was loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// People who may sign in.
    pub accounts: usize,
    /// Reference rows.
    pub rows: usize,
    /// Documents.
    pub documents: usize,
}

/// Loads the company. All its people have the same password, of which this is the hash.
pub async fn load(store: &dyn Store, password: &str, now: Instant) -> Result<Loaded, NoDemo> {
    if !store.is_empty().await? {
        return Err(NoDemo::NotEmpty);
    }
    let company = seed::company(SEED, now);
    let map = Map::of(&company);
    let rows = rows::load(store, &company, &map, now).await?;
    let accounts: Vec<_> = company.users.iter().map(|user| map.account(user, password)).collect();
    let count = accounts.len();
    store.add_accounts(accounts).await?;
    let hand = hand(store, &company, now).await?;
    let documents = documents::load(store, &company, (&map, hand)).await?;
    Ok(Loaded { accounts: count, rows, documents })
}

/// Who wrote the demo's past: one hand of a device that nobody holds.
#[derive(Clone, Copy)]
struct Hand {
    actor: Actor,
    administrator: UserId,
    now: Instant,
}

async fn hand(store: &dyn Store, company: &DemoCompany, now: Instant) -> Result<Hand, NoDemo> {
    let administrator = company.users.iter().find(|user| user.role == Role::Administrator);
    let administrator = administrator.ok_or(NoDemo::NoAdministrator)?.id;
    let chance = Chance::seeded(SEED);
    let (device, actor) = (DeviceId(chance.id()), Actor(chance.bytes()));
    store.bind_device(device, administrator, now).await?;
    store.register_actor(actor, device, now).await?;
    Ok(Hand { actor, administrator, now })
}

/// Where the company's people are.
struct Map {
    countries: HashMap<TerritoryId, Country>,
    /// Of those who sit in no territory.
    headquarters: Country,
    users: HashMap<UserId, TerritoryId>,
    hcps: HashMap<domain::ids::HcpId, TerritoryId>,
}

impl Map {
    fn of(company: &DemoCompany) -> Self {
        Self {
            countries: company.territories.iter().map(|t| (t.id, t.country)).collect(),
            headquarters: company.territories.first().map_or(Country::DE, |t| t.country),
            users: company.users.iter().filter_map(|user| Some((user.id, user.territory?))).collect(),
            hcps: company.hcps.iter().filter_map(|hcp| Some((hcp.id, hcp.territory?))).collect(),
        }
    }

    fn country_of(&self, user: &DemoUser) -> Country {
        let country = user.territory.and_then(|territory| self.countries.get(&territory));
        country.copied().unwrap_or(self.headquarters)
    }

    fn account(&self, user: &DemoUser, password: &str) -> NewAccount {
        NewAccount {
            user: user.id,
            login: user.login.clone(),
            name: user.name.clone(),
            role: user.role,
            country: self.country_of(user),
            territory: user.territory,
            password: password.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
