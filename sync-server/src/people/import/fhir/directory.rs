//! Who is who in the files: what references stand for, what roles say about people, where organisations are.

use super::index::{Index, Writer};
use super::resource::{
    Address, CodeableConcept, Entry, FhirIdentifier, Location, PractitionerRole, Reference, Resource,
};
use crate::people::import::report::{Code, Finding};
use crate::people::import::{ids, taxonomy};
use domain::people::{Country, Identifier, Npi};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use uuid::Uuid;

/// Names of numbering systems by their URIs.
const SYSTEMS: [(&str, &str); 5] = [
    ("http://hl7.org/fhir/sid/us-npi", "npi"),
    ("urn:oid:2.16.840.1.113883.4.6", "npi"),
    ("https://fhir.kbv.de/NamingSystem/KBV_NS_Base_ANR", "lanr"),
    ("https://fhir.hl7.org.uk/Id/gmc-number", "gmc"),
    ("https://fhir.hl7.org.uk/Id/gmc-reference-number", "gmc"),
];
/// Numbers that name a record before any other, best first.
const NATIONAL: [&str; 3] = ["npi", "lanr", "gmc"];
const COUNTRIES: [(&str, Country); 6] = [
    ("usa", Country::US),
    ("united states", Country::US),
    ("deu", Country::DE),
    ("germany", Country::DE),
    ("gbr", Country::GB),
    ("united kingdom", Country::GB),
];

/// Where something is, as far as it is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) city: Option<String>,
    pub(super) country: Option<Country>,
}

impl Place {
    pub(super) fn of(address: &Address) -> Self {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        Self { city: filled(&address.city), country: address.country.as_deref().and_then(country) }
    }

    /// This place, completed by another.
    pub(super) fn or(self, other: Self) -> Self {
        Self { city: self.city.or(other.city), country: self.country.or(other.country) }
    }
}

fn country(text: &str) -> Option<Country> {
    let text = text.trim();
    let by_name = || COUNTRIES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, c)| *c);
    Country::new(text).ok().or_else(by_name)
}

/// What a role says about a person.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RoleHint {
    pub(super) organisation: Option<String>,
    pub(super) location: Option<String>,
    pub(super) specialty: Option<String>,
}

/// A resource's numbers in our spelling. Superseded ones do not count.
pub(super) fn numbers(identifiers: &[FhirIdentifier]) -> Vec<Identifier> {
    let current = identifiers.iter().filter(|i| i.usage.as_deref() != Some("old"));
    current.filter_map(number).collect()
}

fn number(identifier: &FhirIdentifier) -> Option<Identifier> {
    let (system, value) = (identifier.system.as_deref()?.trim(), identifier.value.as_deref()?.trim());
    let named = SYSTEMS.iter().find(|(uri, _)| *uri == system).map_or(system, |(_, name)| name);
    let full = !system.is_empty() && !value.is_empty();
    full.then(|| Identifier { system: named.to_owned(), value: value.to_owned() })
}

/// The number under which a record is known for good: a national one, else the first, else the resource's id.
pub(super) fn identity(
    kind: &str,
    numbers: &[Identifier],
    id: Option<&str>,
    full_url: Option<&str>,
) -> Result<Identifier, Finding> {
    if let Some(npi) = numbers.iter().find(|n| n.system == "npi") {
        Npi::new(&npi.value)
            .map_err(|error| Finding::new(Code::NpiCheckDigit, format!("`{}`: {error}", npi.value)))?;
    }
    let national = NATIONAL.iter().find_map(|system| numbers.iter().find(|n| n.system == *system));
    let own =
        || id.or(full_url).map(|id| Identifier { system: format!("fhir/{kind}"), value: id.to_owned() });
    let missing = || Finding::new(Code::IdMissing, format!("{kind} without identifier and id"));
    national.or(numbers.first()).cloned().or_else(own).ok_or_else(missing)
}

/// The texts under which a resource may be referred to.
pub(super) fn names(
    kind: &str,
    id: Option<&str>,
    full_url: Option<&str>,
    numbers: &[Identifier],
) -> Vec<String> {
    let by_id = id.map(|id| format!("{kind}/{id}"));
    let by_url = full_url.map(|url| normal(url).to_owned());
    let by_number = numbers.iter().map(|n| format!("{kind}?identifier={}|{}", n.system, n.value));
    by_id.into_iter().chain(by_url).chain(by_number).collect()
}

/// The text that a reference resolves by; none for contained or empty ones.
pub(super) fn target(reference: &Reference, kind: &str) -> Option<String> {
    let by_number = || {
        let number = number(reference.identifier.as_ref()?)?;
        Some(format!("{kind}?identifier={}|{}", number.system, number.value))
    };
    let text = reference.reference.as_deref().filter(|text| !text.is_empty() && !text.starts_with('#'));
    match text.and_then(|text| text.split_once("?identifier=")) {
        Some((_, token)) => {
            let (system, value) = token.split_once('|')?;
            let asked =
                FhirIdentifier { usage: None, system: Some(system.into()), value: Some(value.into()) };
            number(&asked).map(|n| format!("{kind}?identifier={}|{}", n.system, n.value))
        }
        None => text.map(|text| normal(text).to_owned()).or_else(by_number),
    }
}

/// `http://host/fhir/Practitioner/1/_history/2` and `Practitioner/1` are one; URNs stay as they are.
fn normal(text: &str) -> &str {
    if text.starts_with("urn:") {
        return text;
    }
    let text = text.split("/_history/").next().unwrap_or(text);
    let id_at = text.rfind('/').unwrap_or(0);
    text[..id_at].rfind('/').map_or(text, |kind_at| &text[kind_at + 1..])
}

/// A concept in words: our table's, else its own, else its code.
pub(super) fn words(concept: &CodeableConcept) -> Option<String> {
    let codes = || concept.coding.iter().filter_map(|coding| coding.code.as_deref());
    let ours = codes().map(|code| (code, taxonomy::specialty(code))).find(|(code, words)| code != words);
    let display = || concept.coding.iter().find_map(|coding| coding.display.clone());
    let own = || concept.text.clone().or_else(display).filter(|text| !text.trim().is_empty());
    ours.map(|(_, words)| words.to_owned()).or_else(own).or_else(|| codes().next().map(ToOwned::to_owned))
}

fn key(of: &str, name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{of}:{name}").as_bytes())
}

/// Learns from the first reading.
pub(super) struct Learner(Writer);

impl Learner {
    pub(super) fn new() -> io::Result<Self> {
        Writer::new().map(Self)
    }

    pub(super) fn learn(&mut self, entry: &Entry) -> io::Result<()> {
        let url = entry.full_url.as_deref();
        match &entry.resource {
            Resource::Practitioner(person) => {
                let numbers = numbers(&person.identifier);
                let names = names("Practitioner", person.id.as_deref(), url, &numbers);
                match identity("Practitioner", &numbers, person.id.as_deref(), url) {
                    Ok(number) => self.put("hcp", &names, &ids::hcp(&number.system, &number.value)),
                    Err(_) => Ok(()),
                }
            }
            Resource::Organization(house) => {
                let numbers = numbers(&house.identifier);
                let names = names("Organization", house.id.as_deref(), url, &numbers);
                let place = house.address.first().map(Place::of).unwrap_or_default();
                self.put("place", &names, &place)?;
                match identity("Organization", &numbers, house.id.as_deref(), url) {
                    Ok(number) => {
                        self.put("organisation", &names, &ids::organisation(&number.system, &number.value))
                    }
                    Err(_) => Ok(()),
                }
            }
            Resource::Location(location) => self.learn_location(location, url),
            Resource::Role(role) => self.learn_role(role),
        }
    }

    fn learn_location(&mut self, location: &Location, url: Option<&str>) -> io::Result<()> {
        let names = names("Location", location.id.as_deref(), url, &numbers(&location.identifier));
        let place = location.address.as_ref().map(Place::of).unwrap_or_default();
        self.put("place", &names, &place)?;
        let house = location.managing_organization.as_ref().and_then(|house| target(house, "Organization"));
        self.put("site", house.as_slice(), &place)
    }

    fn learn_role(&mut self, role: &PractitionerRole) -> io::Result<()> {
        let person = role.practitioner.as_ref().and_then(|person| target(person, "Practitioner"));
        let hint = RoleHint {
            organisation: role.organization.as_ref().and_then(|house| target(house, "Organization")),
            location: role.location.first().and_then(|location| target(location, "Location")),
            specialty: role.specialty.first().and_then(words),
        };
        if role.active == Some(false) { Ok(()) } else { self.put("role", person.as_slice(), &hint) }
    }

    fn put(&mut self, of: &str, names: &[String], value: &impl Serialize) -> io::Result<()> {
        let value = serde_json::to_vec(value)?;
        names.iter().try_for_each(|name| self.0.put(key(of, name), &value))
    }

    pub(super) fn finish(self) -> io::Result<Directory> {
        self.0.finish().map(Directory)
    }
}

/// Answers in the second reading.
pub(super) struct Directory(Index);

impl Directory {
    /// `hcp`, `organisation`, `place`, `site` or `role` of the first of these names that has one.
    pub(super) fn find<T: DeserializeOwned>(&mut self, of: &str, names: &[String]) -> io::Result<Option<T>> {
        for name in names {
            if let Some(value) = self.0.get(key(of, name))? {
                return Ok(Some(serde_json::from_slice(&value)?));
            }
        }
        Ok(None)
    }
}
