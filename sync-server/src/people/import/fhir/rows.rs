//! From FHIR resources to golden rows, with what the other resources say about them.

use super::directory::{Directory, Place, RoleHint, identity, names, numbers, target, words};
use super::resource::{
    Entry, HumanName, Organization, Period, Practitioner, PractitionerRole, Reference, Resource,
};
use super::{Assumptions, Converted, Found};
use crate::people::import::report::{Code, Finding};
use crate::people::import::{Imported, ids};
use chrono::NaiveDate;
use domain::ids::{HcpId, OrgId};
use domain::people::{Affiliation, Country, Hcp, HcpStatus, Identifier, Organisation, PersonName};
use domain::reference::Row;
use std::io;

/// Turns entries into rows.
pub(super) struct Converter {
    directory: Directory,
    assumptions: Assumptions,
}

/// A row with remarks about it, or why there is none.
type Judged = Result<(Row, Vec<Finding>), Finding>;

impl Converter {
    pub(super) fn new(directory: Directory, assumptions: Assumptions) -> Self {
        Self { directory, assumptions }
    }

    /// Fails only when the index does; what is wrong with the entry is a finding.
    pub(super) fn convert(&mut self, found: Found) -> io::Result<Converted> {
        let judged = match found {
            Err(finding) => Err(finding),
            Ok(Entry { full_url, resource }) => match resource {
                Resource::Practitioner(person) => self.hcp(&person, full_url.as_deref())?,
                Resource::Organization(house) => self.organisation(&house, full_url.as_deref())?,
                Resource::Role(role) => self.affiliation(&role, full_url.as_deref())?,
                // A location has no row of its own: it says where people and organisations are.
                Resource::Location(_) => return Ok(Converted::default()),
            },
        };
        Ok(match judged {
            Ok((row, findings)) => Converted { row: Some(Imported::Row(row)), findings },
            Err(finding) => Converted { row: None, findings: vec![finding] },
        })
    }

    fn hcp(&mut self, person: &Practitioner, url: Option<&str>) -> io::Result<Judged> {
        let numbers = numbers(&person.identifier);
        let names = names("Practitioner", person.id.as_deref(), url, &numbers);
        let role: RoleHint = self.directory.find("role", &names)?.unwrap_or_default();
        let workplace: Option<OrgId> = self.directory.find("organisation", role.organisation.as_slice())?;
        let place = self.place_of(&role)?.or(person.address.first().map(Place::of).unwrap_or_default());
        let number = identity("Practitioner", &numbers, person.id.as_deref(), url);
        let specialty = role.specialty.or_else(|| person.qualification.iter().find_map(|q| words(&q.code)));
        let hcp = |number: Identifier| -> Result<Hcp, Finding> {
            Ok(Hcp {
                id: ids::hcp(&number.system, &number.value),
                name: name(&person.name)?,
                specialty: specialty.unwrap_or_default(),
                tier: None,
                status: if person.active == Some(false) { HcpStatus::Inactive } else { HcpStatus::Active },
                country: self.country(&place, &numbers)?,
                city: place.city.unwrap_or_default(),
                workplace,
                territory: None,
                identifiers: numbers,
            })
        };
        Ok(number.and_then(hcp).map(|hcp| (Row::Hcp(hcp), Vec::new())))
    }

    /// Where a role is carried out: its location, else its organisation.
    fn place_of(&mut self, role: &RoleHint) -> io::Result<Place> {
        let location: Option<Place> = self.directory.find("place", role.location.as_slice())?;
        let house: Option<Place> = self.directory.find("place", role.organisation.as_slice())?;
        let site: Option<Place> = self.directory.find("site", role.organisation.as_slice())?;
        Ok(location.unwrap_or_default().or(house.unwrap_or_default()).or(site.unwrap_or_default()))
    }

    fn country(&self, place: &Place, numbers: &[Identifier]) -> Result<Country, Finding> {
        let american = numbers.iter().any(|n| n.system == "npi").then_some(Country::US);
        let missing = || Finding::new(Code::Country, "no country that is known, and none was assumed");
        place.country.or(american).or(self.assumptions.country).ok_or_else(missing)
    }

    fn organisation(&mut self, house: &Organization, url: Option<&str>) -> io::Result<Judged> {
        let numbers = numbers(&house.identifier);
        let names = names("Organization", house.id.as_deref(), url, &numbers);
        let site: Option<Place> = self.directory.find("site", &names)?;
        let place = house.address.first().map(Place::of).unwrap_or_default().or(site.unwrap_or_default());
        let (parent, findings) = self.parent(house.part_of.as_ref())?;
        let number = identity("Organization", &numbers, house.id.as_deref(), url);
        let organisation = |number: Identifier| -> Result<Organisation, Finding> {
            let missing = || Finding::new(Code::NameMissing, "an organisation without a name");
            Ok(Organisation {
                id: ids::organisation(&number.system, &number.value),
                name: house.name.clone().filter(|name| !name.trim().is_empty()).ok_or_else(missing)?,
                country: self.country(&place, &numbers)?,
                city: place.city.unwrap_or_default(),
                parent,
                identifiers: numbers,
            })
        };
        Ok(number.and_then(organisation).map(|house| (Row::Organisation(house), findings)))
    }

    /// An organisation whose parent is not in this import is kept without it, and the report says so.
    fn parent(&mut self, part_of: Option<&Reference>) -> io::Result<(Option<OrgId>, Vec<Finding>)> {
        let Some(part_of) = part_of else { return Ok((None, Vec::new())) };
        let parent = self.directory.find("organisation", target(part_of, "Organization").as_slice())?;
        let findings = if parent.is_some() { Vec::new() } else { vec![unknown("partOf", part_of)] };
        Ok((parent, findings))
    }

    fn affiliation(&mut self, role: &PractitionerRole, url: Option<&str>) -> io::Result<Judged> {
        let hcp: Result<HcpId, Finding> = self.resolve("hcp", "practitioner", role.practitioner.as_ref())?;
        let house: Result<OrgId, Finding> =
            self.resolve("organisation", "organization", role.organization.as_ref())?;
        let numbers = numbers(&role.identifier);
        let number = identity("PractitionerRole", &numbers, role.id.as_deref(), url);
        let affiliation = |number: Identifier| -> Result<Affiliation, Finding> {
            let (from, until) = period(role.period.as_ref());
            if role.active == Some(false) && until.is_none() {
                return Err(Finding::new(Code::RoleWithoutEnd, "inactive, but it does not say since when"));
            }
            Ok(Affiliation {
                id: ids::affiliation(&number.system, &number.value),
                hcp: hcp?,
                organisation: house?,
                role: role.code.iter().find_map(words).unwrap_or_default(),
                from,
                until,
            })
        };
        Ok(number.and_then(affiliation).map(|link| (Row::Affiliation(link), Vec::new())))
    }

    fn resolve<T: serde::de::DeserializeOwned>(
        &mut self,
        of: &str,
        member: &str,
        reference: Option<&Reference>,
    ) -> io::Result<Result<T, Finding>> {
        let Some(reference) = reference else {
            return Ok(Err(Finding::new(Code::ReferenceMissing, format!("a role without {member}"))));
        };
        let kind = if of == "hcp" { "Practitioner" } else { "Organization" };
        let found = self.directory.find(of, target(reference, kind).as_slice())?;
        Ok(found.ok_or_else(|| unknown(member, reference)))
    }
}

fn unknown(member: &str, reference: &Reference) -> Finding {
    let text = reference.reference.as_deref().unwrap_or("a number");
    Finding::new(Code::ReferenceUnknown, format!("{member} refers to {text}, which is not in this import"))
}

/// The official name, else the usual one, else the first that is not an old one.
fn name(names: &[HumanName]) -> Result<PersonName, Finding> {
    let used = |usage: &str| names.iter().find(|n| n.usage.as_deref() == Some(usage));
    let current = || names.iter().find(|n| n.usage.as_deref() != Some("old"));
    let name = used("official").or_else(|| used("usual")).or_else(current);
    let family = name.and_then(|n| n.family.clone().or_else(|| n.text.clone()));
    match (name, family.filter(|family| !family.trim().is_empty())) {
        (Some(name), Some(family)) => {
            let given = if name.family.is_some() { name.given.join(" ") } else { String::new() };
            Ok(PersonName { title: name.prefix.join(" "), given, family })
        }
        _ => Err(Finding::new(Code::NameMissing, "a person without a name")),
    }
}

fn period(period: Option<&Period>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let day = |text: Option<&String>| text.and_then(|text| date(text));
    (day(period.and_then(|p| p.start.as_ref())), day(period.and_then(|p| p.end.as_ref())))
}

/// A FHIR dateTime down to the day; a year or a month stands for its first day.
fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.get(..10).unwrap_or(text).split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |month| month.parse().ok())?;
    let day = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    NaiveDate::from_ymd_opt(year, month, day)
}
