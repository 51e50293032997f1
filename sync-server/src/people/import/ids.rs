//! Ids that follow from the source's own numbers, so that the same record has the same id in every import.

use domain::ids::{AffiliationId, HcpId, OrgId};
use uuid::Uuid;

const IMPORTED: Uuid = Uuid::from_u128(0x83b0_5cf1_27de_4f0a_b6c4_9d11_e07a_4c52);

/// The id of a thing under a numbering system: `("hcp", "npi", "1234567893")`.
fn id(kind: &str, system: &str, value: &str) -> Uuid {
    // The length keeps `a` + `bc` apart from `ab` + `c`.
    Uuid::new_v5(&IMPORTED, format!("{kind}/{}:{system}/{value}", system.len()).as_bytes())
}

pub(super) fn hcp(system: &str, value: &str) -> HcpId {
    HcpId(id("hcp", system, value))
}

pub(super) fn organisation(system: &str, value: &str) -> OrgId {
    OrgId(id("organisation", system, value))
}

pub(super) fn affiliation(system: &str, value: &str) -> AffiliationId {
    AffiliationId(id("affiliation", system, value))
}
