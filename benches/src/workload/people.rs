//! The territory of the workload: two reps with their devices, their HCPs, one brand. What they wrote is not here.

use crate::names;
use document::{Actor, Author};
use domain::Instant;
use domain::content::{KeyMessage, Product};
use domain::ids::{DeviceId, HcpId, MessageId, OrgId, ProductId, TerritoryId, UserId};
use domain::people::{
    Audience, Colleague, Country, Hcp, HcpStatus, Organisation, PersonName, Role, Territory,
};
use domain::reference::Row;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sync::ScopeId;
use uuid::Uuid;

const SEED: u64 = 2_028;
const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(0xA1));
const CORVALEN: ProductId = ProductId(Uuid::from_u128(0xC1));
const DOSING: MessageId = MessageId(Uuid::from_u128(0xD1));
/// How many HCPs work at one place.
const TEAM: usize = 10;
const TOWNS: usize = 40;
const FAMILIES: usize = 4_000;

/// A person at one device.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// Login name.
    pub login: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Who.
    pub user: UserId,
    /// At which device.
    pub device: DeviceId,
    /// With which writing hand.
    pub actor: Actor,
}

impl Hand {
    /// As author of a change.
    #[must_use]
    pub fn at(&self, now: Instant) -> Author {
        Author { actor: self.actor, user: self.user, now }
    }
}

/// The rep whose documents most of these are, at the device where they were written.
pub const JAN: Hand = Hand {
    login: "jan",
    name: "Jan Reuter",
    user: UserId(Uuid::from_u128(1)),
    device: DeviceId(Uuid::from_u128(0xE1)),
    actor: Actor([0xE1; 16]),
};
/// The other one.
pub const LENA: Hand = Hand {
    login: "lena",
    name: "Lena Vogt",
    user: UserId(Uuid::from_u128(2)),
    device: DeviceId(Uuid::from_u128(0xE2)),
    actor: Actor([0xE2; 16]),
};

/// Who works where with whom.
#[derive(Debug, Clone)]
pub struct People {
    /// Those who see and write the same documents.
    pub hands: [Hand; 2],
    /// Those whom they visit.
    pub hcps: Vec<Hcp>,
    places: Vec<Organisation>,
}

impl People {
    /// Two reps with so many HCPs.
    #[must_use]
    pub fn working_with(hcps: usize) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        let places: Vec<_> = (0..hcps.div_ceil(TEAM)).map(|n| place(&mut dice, n)).collect();
        let hcps = (0..hcps).map(|n| hcp(&mut dice, n, &places[n / TEAM])).collect();
        Self { hands: [JAN, LENA], hcps, places }
    }

    /// The territory.
    #[must_use]
    pub fn territory(&self) -> TerritoryId {
        NORTH
    }

    /// The brand that is talked about, and what is said of it.
    #[must_use]
    pub fn brand(&self) -> (ProductId, MessageId) {
        (CORVALEN, DOSING)
    }

    /// The scope of documents of an audience.
    #[must_use]
    pub fn scope(&self, audience: Audience) -> ScopeId {
        ScopeId::Territory(NORTH, audience)
    }

    /// The scopes that its devices follow and that hold something.
    #[must_use]
    pub fn followed() -> [ScopeId; 3] {
        let here = |audience| ScopeId::Territory(NORTH, audience);
        [ScopeId::Country(Country::DE), here(Audience::All), here(Audience::Commercial)]
    }

    /// All rows, each with its scope; what others refer to comes first.
    #[must_use]
    pub fn rows(&self) -> Vec<(Row, ScopeId)> {
        let territory = Territory { id: NORTH, name: "North".to_owned(), country: Country::DE };
        let colleague = |hand: &Hand| {
            let (id, name) = (hand.user, hand.name.to_owned());
            Row::Colleague(Colleague { id, name, role: Role::Rep, territory: Some(NORTH) })
        };
        let country = ScopeId::Country(Country::DE);
        let everywhere = [Row::Territory(territory), Row::Product(corvalen())].into_iter();
        let everywhere = everywhere.chain(self.hands.iter().map(colleague)).map(|row| (row, country));
        let places = self.places.iter().cloned().map(Row::Organisation);
        let here = places.chain(self.hcps.iter().cloned().map(Row::Hcp));
        everywhere.chain(here.map(|row| (row, self.scope(Audience::All)))).collect()
    }
}

fn place(dice: &mut ChaCha8Rng, n: usize) -> Organisation {
    let city = names::town(names::common(dice, TOWNS));
    let (id, name) = (OrgId(id("organisation", n)), names::workplace(dice, &city));
    Organisation { id, name, city, country: Country::DE, parent: None, identifiers: Vec::new() }
}

fn hcp(dice: &mut ChaCha8Rng, n: usize, place: &Organisation) -> Hcp {
    let family = names::family(dice.random_range(0..FAMILIES));
    let specialty = names::SPECIALTIES[names::common(dice, names::SPECIALTIES.len())].to_owned();
    Hcp {
        id: HcpId(id("hcp", n)),
        name: PersonName { title: "Dr".to_owned(), given: names::given(dice).to_owned(), family },
        specialty,
        tier: None,
        status: HcpStatus::Active,
        country: Country::DE,
        city: place.city.clone(),
        workplace: Some(place.id),
        territory: Some(NORTH),
        identifiers: Vec::new(),
    }
}

fn corvalen() -> Product {
    let messages = vec![KeyMessage { id: DOSING, text: "Renal dosing".to_owned() }];
    let (name, indication) = ("Corvalen".to_owned(), "Heart failure".to_owned());
    Product { id: CORVALEN, name, indication, countries: vec![Country::DE], messages }
}

/// The id of the thing of a kind that has a number or a name.
pub(super) fn id(kind: &str, name: impl std::fmt::Display) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("workload/{kind}/{name}").as_bytes())
}
