//! One million synthetic HCPs in one device's store.

use crate::names;
use crate::report::progress;
use anyhow::Result;
use domain::ids::{HcpId, OrgId};
use domain::people::{Country, Hcp, HcpStatus, Identifier, Npi, Organisation, PersonName, Tier};
use domain::reference::Row;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use store::{Arrival, ArrivedRow, Batch, Store};
use uuid::Uuid;

/// How many HCPs work at one place on average.
const TEAM: usize = 20;
/// Towns and families that occur.
const TOWNS: usize = 6_000;
const FAMILIES: usize = 23_000;
/// Rows of one commit: an answer of the server.
const BATCH: usize = 1_000;
const SEED: u64 = 7;

/// A crowd of HCPs that follows from its size.
#[derive(Debug)]
pub struct Crowd {
    size: usize,
    organisations: Vec<Organisation>,
}

impl Crowd {
    /// So many HCPs.
    #[must_use]
    pub fn of(size: usize) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        let organisations = (0..size.div_ceil(TEAM)).map(|n| organisation(&mut dice, n)).collect();
        Self { size, organisations }
    }

    /// How many.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The HCP of a number.
    #[must_use]
    pub fn hcp(&self, n: usize) -> Hcp {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED + 1);
        dice.set_stream(n as u64);
        let place = &self.organisations[dice.random_range(0..self.organisations.len())];
        let family = names::family(names::common(&mut dice, FAMILIES));
        let given = names::given(&mut dice).to_owned();
        let specialty = names::SPECIALTIES[names::common(&mut dice, names::SPECIALTIES.len())].to_owned();
        let npi = Npi::from_stem(n as u64 * 113).to_string();
        Hcp {
            id: HcpId(id("hcp", n)),
            name: PersonName { title: "Dr".to_owned(), given, family },
            specialty,
            tier: [None, Some(Tier::A), Some(Tier::B), Some(Tier::C)][n % 4],
            status: HcpStatus::Active,
            country: Country::DE,
            city: place.city.clone(),
            workplace: Some(place.id),
            territory: None,
            identifiers: vec![Identifier { system: "npi".to_owned(), value: npi }],
        }
    }

    /// The workplace of an HCP of the crowd.
    #[must_use]
    pub fn workplace(&self, hcp: &Hcp) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| Some(organisation.id) == hcp.workplace)
    }

    /// Writes all of them, as an answer of the server after the other would.
    pub fn fill(&self, store: &Store) -> Result<()> {
        for some in self.organisations.chunks(BATCH) {
            commit(store, some.iter().cloned().map(Row::Organisation))?;
        }
        for first in (0..self.size).step_by(BATCH) {
            let last = (first + BATCH).min(self.size);
            commit(store, (first..last).map(|n| Row::Hcp(self.hcp(n))))?;
            if last.is_multiple_of(100_000) {
                progress(&format!("{last} of {} HCPs", self.size));
            }
        }
        Ok(())
    }
}

fn commit(store: &Store, rows: impl Iterator<Item = Row>) -> Result<()> {
    let arrived =
        |row| Arrival::Row(ArrivedRow { scope: "t:bench".to_owned(), version: 1, weight: [1; 16], row });
    Ok(store.commit(&Batch { feed: rows.map(arrived).collect(), ..Batch::default() })?)
}

fn organisation(dice: &mut ChaCha8Rng, n: usize) -> Organisation {
    let city = names::town(names::common(dice, TOWNS));
    Organisation {
        id: OrgId(id("organisation", n)),
        name: names::workplace(dice, &city),
        city,
        country: Country::DE,
        parent: None,
        identifiers: Vec::new(),
    }
}

fn id(kind: &str, n: usize) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("crowd/{kind}/{n}").as_bytes())
}
