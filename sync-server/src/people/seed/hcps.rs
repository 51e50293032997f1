//! 5,000 invented HCPs and where they work.

use super::Ids;
use super::dice::{Dice, Subject};
use super::names;
use super::organisations::specialty_at;
use super::territories::REGIONS;
use domain::ids::{AffiliationId, HcpId, OrgId};
use domain::people::{Affiliation, Country, Hcp, HcpStatus, Identifier, Npi, Organisation, Territory, Tier};

const HCPS: usize = 5_000;
const IN_PRACTICE: [&str; 8] = [
    "General practice",
    "General practice",
    "General practice",
    "Internal medicine",
    "Cardiology",
    "Nephrology",
    "Pulmonology",
    "Endocrinology",
];
const IN_HOSPITAL: [&str; 6] = [
    "Senior physician",
    "Senior physician",
    "Specialist",
    "Specialist",
    "Resident physician",
    "Head of department",
];
const AT_PRACTICE: [&str; 3] = ["Practice owner", "Partner", "Physician"];
/// NPIs have been issued from 1,000,000,000 up; none that begins with 2 belongs to anyone.
const FREE_NPI_STEM: u64 = 100_000_000;

/// A house in which HCPs work: a department or a practice.
struct Workplace<'a> {
    house: &'a Organisation,
    specialty: Option<&'static str>,
}

pub(super) fn hcps(
    ids: &Ids,
    territories: &[Territory],
    organisations: &[Organisation],
) -> (Vec<Hcp>, Vec<Affiliation>) {
    let mut register = Register {
        ids,
        dice: Dice::new(ids, Subject::Hcps),
        hcps: Vec::with_capacity(HCPS),
        affiliations: Vec::new(),
    };
    let workplaces: Vec<Vec<Workplace<'_>>> =
        REGIONS.iter().map(|region| workplaces(organisations, region.towns)).collect();
    for n in 0..HCPS {
        let place = n % territories.len();
        register.enter(&territories[place], &workplaces[place]);
    }
    (register.hcps, register.affiliations)
}

/// The departments and practices of a region; a hospital as a whole employs nobody.
fn workplaces<'a>(organisations: &'a [Organisation], towns: &[&str]) -> Vec<Workplace<'a>> {
    let is_hospital = |o: &Organisation| organisations.iter().any(|other| other.parent == Some(o.id));
    let of_region = |(_, o): &(usize, &Organisation)| towns.contains(&o.city.as_str()) && !is_hospital(o);
    let workplace = |(n, house)| Workplace { house, specialty: specialty_at(organisations, n) };
    organisations.iter().enumerate().filter(of_region).map(workplace).collect()
}

struct Register<'a> {
    ids: &'a Ids,
    dice: Dice,
    hcps: Vec<Hcp>,
    affiliations: Vec<Affiliation>,
}

impl Register<'_> {
    fn enter(&mut self, territory: &Territory, workplaces: &[Workplace<'_>]) {
        let Some(at) = self.dice.pick(workplaces) else { return };
        let n = self.hcps.len();
        let hcp = Hcp {
            id: HcpId(self.ids.of("hcp", n)),
            name: names::physician(territory.country, &mut self.dice),
            specialty: at.specialty.unwrap_or_else(|| self.dice.word(&IN_PRACTICE)).to_owned(),
            tier: self.tier(),
            status: if self.dice.percent(3) { HcpStatus::Inactive } else { HcpStatus::Active },
            country: territory.country,
            city: at.house.city.clone(),
            workplace: Some(at.house.id),
            territory: Some(territory.id),
            identifiers: identifiers(territory.country, n),
        };
        self.affiliate(&hcp, at, workplaces);
        self.hcps.push(hcp);
    }

    fn tier(&mut self) -> Option<Tier> {
        match self.dice.below(100) {
            0..15 => Some(Tier::A),
            15..50 => Some(Tier::B),
            50..90 => Some(Tier::C),
            _ => None,
        }
    }

    /// The main workplace, for some a second one, for some a former one.
    fn affiliate(&mut self, hcp: &Hcp, at: &Workplace<'_>, others: &[Workplace<'_>]) {
        let roles: &[&'static str] = if at.specialty.is_some() { &IN_HOSPITAL } else { &AT_PRACTICE };
        let role = self.dice.word(roles);
        self.link(hcp, at.house.id, role, false);
        for (chance, role, ended) in [(12, "Visiting physician", false), (15, "Physician", true)] {
            let other = self.dice.pick(others).map(|o| o.house.id).filter(|o| *o != at.house.id);
            if let (true, Some(other)) = (self.dice.percent(chance), other) {
                self.link(hcp, other, role, ended);
            }
        }
    }

    fn link(&mut self, hcp: &Hcp, organisation: OrgId, role: &str, ended: bool) {
        let from = day(self.dice.between((2002, 2016)), self.dice.below(12));
        let until = ended.then(|| day(self.dice.between((2017, 2024)), self.dice.below(12))).flatten();
        self.affiliations.push(Affiliation {
            id: AffiliationId(self.ids.of("affiliation", self.affiliations.len())),
            hcp: hcp.id,
            organisation,
            role: role.to_owned(),
            from,
            until,
        });
    }
}

/// The first of a month, counted from 0.
fn day(year: i64, month: usize) -> Option<chrono::NaiveDate> {
    chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()? + 1, 1)
}

/// A number of the country's registry that it never issued, and the CRM's.
fn identifiers(country: Country, n: usize) -> Vec<Identifier> {
    let (system, value) = match country {
        Country::DE => ("lanr", format!("99{n:05}01")),
        Country::GB => ("gmc", format!("99{n:05}")),
        _ => ("npi", Npi::from_stem(FREE_NPI_STEM + n as u64).to_string()),
    };
    let crm = Identifier { system: "crm".into(), value: format!("HCP-{n:06}") };
    vec![Identifier { system: system.into(), value }, crm]
}
