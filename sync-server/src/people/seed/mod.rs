//! The synthetic demo company: plain data that follows from a seed number and `now` alone.
//! Not here: passwords, documents and tables; the store's loader makes those from this data.
//!
//! Everybody and everything in it is invented. Names are drawn at random from lists of common given and family
//! names; hospitals stand in places that do not exist; numbers come from ranges that no registry has issued.

mod calls;
mod consents;
mod dice;
mod follow_ups;
mod hcps;
mod history;
pub mod names;
mod notes;
mod organisations;
mod products;
mod territories;
mod users;

pub use users::DemoUser;

use domain::Instant;
use domain::calls::Call;
use domain::consent::ConsentEvent;
use domain::content::Product;
use domain::ids::HcpId;
use domain::insight::Activity;
use domain::people::{Affiliation, Hcp, Organisation, ProfileNotes, Role, Territory};
use domain::planning::FollowUp;
use uuid::Uuid;

/// Namespace of all ids of demo companies.
const DEMO: Uuid = Uuid::from_u128(0x1d7c_90e4_53ab_4c86_9f20_6be1_5a0d_c3f7);

/// A company with its people, the people whom it works with, and what happened between them so far.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoCompany {
    /// 12 territories in 3 countries.
    pub territories: Vec<Territory>,
    /// 400 hospitals, departments and practices; a department comes after its hospital.
    pub organisations: Vec<Organisation>,
    /// 5,000 HCPs.
    pub hcps: Vec<Hcp>,
    /// Every HCP's workplace, and second and former ones of some.
    pub affiliations: Vec<Affiliation>,
    /// 3 brands with key messages.
    pub products: Vec<Product>,
    /// The company's own people, of each role.
    pub users: Vec<DemoUser>,
    /// What happened through channels other than calls and consent, oldest first per HCP.
    pub activities: Vec<Activity>,
    /// Consent events, in causal order per HCP.
    pub consents: Vec<(HcpId, ConsentEvent)>,
    /// Submitted calls of the last weeks, and planned ones for today and the days after.
    pub calls: Vec<Call>,
    /// Promises that came out of the calls.
    pub follow_ups: Vec<FollowUp>,
    /// Commercial profile notes, of some HCPs.
    pub notes: Vec<(HcpId, ProfileNotes)>,
}

/// The company of a seed number. The same arguments give the same company on every machine; another `now` moves
/// its history and changes neither people nor ids.
#[must_use]
pub fn company(seed: u64, now: Instant) -> DemoCompany {
    let ids = Ids(seed);
    let territories = territories::territories(&ids);
    let organisations = organisations::organisations(&ids, &territories);
    let (hcps, affiliations) = hcps::hcps(&ids, &territories, &organisations);
    let products = products::products(&ids);
    let users = users::users(&ids, &territories);
    let past = Past { ids, now, hcps: &hcps, users: &users, products: &products };
    let calls = calls::calls(&past);
    DemoCompany {
        activities: history::activities(&past),
        consents: consents::consents(&past),
        follow_ups: follow_ups::follow_ups(&past, &calls),
        notes: notes::notes(&past),
        calls,
        territories,
        organisations,
        hcps,
        affiliations,
        products,
        users,
    }
}

/// Ids of the things of one demo company: they follow from the seed, the kind of thing and its number.
#[derive(Debug, Clone, Copy)]
struct Ids(u64);

impl Ids {
    fn of(&self, kind: &str, n: usize) -> Uuid {
        Uuid::new_v5(&DEMO, format!("{}/{kind}/{n}", self.0).as_bytes())
    }
}

/// What history is made from.
struct Past<'a> {
    ids: Ids,
    now: Instant,
    hcps: &'a [Hcp],
    users: &'a [DemoUser],
    products: &'a [Product],
}

impl Past<'_> {
    /// Who of a role works in an HCP's territory.
    fn team_of(&self, hcp: &Hcp, role: Role) -> Vec<&DemoUser> {
        self.users.iter().filter(|u| u.role == role && u.territory == hcp.territory).collect()
    }
}

#[cfg(test)]
mod tests;
