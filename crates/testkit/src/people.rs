//! People who do not exist.

use domain::ids::HcpId;
use domain::people::{Country, Hcp, HcpStatus, PersonName};
use uuid::Uuid;

/// A German cardiologist of this number and family name.
#[must_use]
pub fn hcp(number: u128, family: &str) -> Hcp {
    Hcp {
        id: HcpId(Uuid::from_u128(number)),
        name: PersonName { title: "Dr".into(), given: "Ines".into(), family: family.into() },
        specialty: "Cardiology".into(),
        tier: None,
        status: HcpStatus::Active,
        country: Country::DE,
        city: "Hamburg".into(),
        workplace: None,
        territory: None,
        identifiers: Vec::new(),
    }
}
