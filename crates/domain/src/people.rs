//! Healthcare professionals, organisations, the links between them, and the colleagues who see them.
//! Golden records: the server is their authority, devices only read them.

use crate::ids::{AffiliationId, DocId, HcpId, NoteId, OrgId, TerritoryId, UserId};
use crate::{Instant, calls::Channel};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A country by its ISO 3166-1 alpha-2 code, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// Why a text is not a country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a two-letter country code")]
pub struct NotACountry(pub String);

impl Country {
    /// Germany.
    pub const DE: Self = Self(*b"DE");
    /// The United Kingdom.
    pub const GB: Self = Self(*b"GB");
    /// The United States.
    pub const US: Self = Self(*b"US");

    /// Reads `"DE"` or `"de"`.
    pub fn new(code: &str) -> Result<Self, NotACountry> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(NotACountry(code.to_owned())),
        }
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

impl TryFrom<String> for Country {
    type Error = NotACountry;
    fn try_from(code: String) -> Result<Self, NotACountry> {
        Self::new(&code)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

/// A US National Provider Identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Npi(u64);

/// Why a text is not an NPI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnNpi {
    /// Not ten digits that begin with 1 or 2.
    #[error("an NPI has ten digits and begins with 1 or 2")]
    Shape,
    /// The check digit is wrong.
    #[error("the NPI's check digit is wrong")]
    CheckDigit,
}

impl Npi {
    /// Reads ten digits. The check digit is Luhn's over the number prefixed with 80840
    /// (45 CFR 162.406, ISO/IEC 7812); `1234567893` is valid.
    pub fn new(text: &str) -> Result<Self, NotAnNpi> {
        let digits = text.as_bytes();
        let shaped = digits.len() == 10
            && digits.iter().all(u8::is_ascii_digit)
            && matches!(digits.first(), Some(b'1' | b'2'));
        if !shaped {
            return Err(NotAnNpi::Shape);
        }
        let npi = Self(digits.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')));
        if npi.luhn_sum().is_multiple_of(10) { Ok(npi) } else { Err(NotAnNpi::CheckDigit) }
    }

    /// The NPI with this nine-digit stem, for synthetic data.
    #[must_use]
    pub fn from_stem(stem: u64) -> Self {
        let stem = 100_000_000 + stem % 200_000_000;
        let without = Self(stem * 10);
        Self(stem * 10 + (10 - without.luhn_sum() % 10) % 10)
    }

    /// 24 is what the prefix 80840 adds.
    fn luhn_sum(self) -> u64 {
        let mut rest = self.0;
        let mut sum = 24;
        for place in 0..10 {
            let digit = rest % 10;
            rest /= 10;
            let doubled = digit * 2;
            sum += if place % 2 == 0 { digit } else { doubled / 10 + doubled % 10 };
        }
        sum
    }
}

impl std::fmt::Display for Npi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// A number under which another system knows a record, such as `{"npi", "1234567893"}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// Short lower-case name of the numbering system: `npi`, `lanr`, `gmc`, `crm`.
    pub system: String,
    /// The number itself.
    pub value: String,
}

/// A person's name in the order of the person's own culture's parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// Form of address such as `Dr` or `Prof`; empty when none.
    pub title: String,
    /// Given names; may be empty.
    pub given: String,
    /// Family name.
    pub family: String,
}

impl std::fmt::Display for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [&self.title, &self.given, &self.family];
        let shown: Vec<&str> = parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        f.write_str(&shown.join(" "))
    }
}

/// How much the company wants to see an HCP: A the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Most valuable.
    A,
    /// Valuable.
    B,
    /// The others.
    C,
}

/// Whether an HCP may be worked with at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HcpStatus {
    /// Practising.
    Active,
    /// Deactivated in the registry, retired or dead: kept for history, never planned.
    Inactive,
}

/// The golden record of a healthcare professional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hcp {
    /// Stable across merges.
    pub id: HcpId,
    /// Name.
    pub name: PersonName,
    /// Specialty as people say it: `Cardiology`.
    pub specialty: String,
    /// Tier, when the company has set one.
    pub tier: Option<Tier>,
    /// Practising or not.
    pub status: HcpStatus,
    /// Where the licence is.
    pub country: Country,
    /// Town of the main workplace.
    pub city: String,
    /// Main workplace.
    pub workplace: Option<OrgId>,
    /// The territory that works this HCP.
    pub territory: Option<TerritoryId>,
    /// Numbers in other systems.
    pub identifiers: Vec<Identifier>,
}

/// A hospital, practice, pharmacy or department. Organisations nest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Stable across merges.
    pub id: OrgId,
    /// Name.
    pub name: String,
    /// Town.
    pub city: String,
    /// Country.
    pub country: Country,
    /// The organisation that this one is part of.
    pub parent: Option<OrgId>,
    /// Numbers in other systems.
    pub identifiers: Vec<Identifier>,
}

/// An HCP's role at an organisation over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// Its id.
    pub id: AffiliationId,
    /// Who.
    pub hcp: HcpId,
    /// Where.
    pub organisation: OrgId,
    /// As what: `Head of department`.
    pub role: String,
    /// Since when, if known.
    pub from: Option<NaiveDate>,
    /// Until when; still there when none.
    pub until: Option<NaiveDate>,
}

/// What a person of the company does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Medical representative.
    Rep,
    /// Medical science liaison.
    Msl,
    /// Key account manager.
    Kam,
    /// Leads a team.
    Manager,
    /// Runs the system.
    Administrator,
}

impl Role {
    /// The side of the wall on which this role stands.
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::Msl => Audience::Medical,
            Self::Rep | Self::Kam | Self::Manager | Self::Administrator => Audience::Commercial,
        }
    }
}

/// Who may hold a document. The wall between medical and commercial runs between documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Sales and accounts.
    Commercial,
    /// Medical affairs.
    Medical,
    /// Everyone of the territory.
    All,
}

/// A person of the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Who.
    pub id: UserId,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Where they do it.
    pub territory: Option<TerritoryId>,
}

/// A territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Territory {
    /// Its id.
    pub id: TerritoryId,
    /// Name: `Hamburg North`.
    pub name: String,
    /// Country whose rules hold in it.
    pub country: Country,
}

/// One dated note of shared field knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileNote {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub by: UserId,
    /// When, by the device's clock.
    pub at: Instant,
    /// The note.
    pub text: String,
}

/// What the field knows about an HCP and shares: one document per HCP and audience.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileNotes {
    /// The HCP's favourite channel.
    pub preferred_channel: Option<Channel>,
    /// When the HCP likes to be seen, in words.
    pub best_time: Option<String>,
    /// Notes by id.
    pub notes: BTreeMap<NoteId, ProfileNote>,
}

/// Profile notes and the person they are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutHcp<T> {
    /// The document.
    pub doc: DocId,
    /// The person.
    pub hcp: HcpId,
    /// What it says.
    pub content: T,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_standard_is_valid() {
        assert!(Npi::new("1234567893").is_ok());
    }

    #[test]
    fn a_wrong_npi_says_what_is_wrong() {
        assert_eq!(Npi::new("1234567890"), Err(NotAnNpi::CheckDigit));
        assert_eq!(Npi::new("3234567893"), Err(NotAnNpi::Shape));
        assert_eq!(Npi::new("12345"), Err(NotAnNpi::Shape));
        assert_eq!(Npi::new("12345678 3"), Err(NotAnNpi::Shape));
    }

    proptest! {
        #[test]
        fn a_made_npi_is_valid_and_any_changed_digit_is_noticed(stem in any::<u64>(), place in 1_usize..10, by in 1_u8..10) {
            let text = Npi::from_stem(stem).to_string();
            prop_assert!(Npi::new(&text).is_ok());
            let mut bytes = text.into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            let changed = String::from_utf8(bytes).unwrap_or_default();
            prop_assert_eq!(Npi::new(&changed), Err(NotAnNpi::CheckDigit));
        }
    }
}
