//! From one row of the NPPES file to a golden record.

use super::columns::{Column, Columns};
use crate::people::import::report::{Code, Finding};
use crate::people::import::{Imported, Retired, ids, taxonomy};
use chrono::NaiveDate;
use csv::ByteRecord;
use domain::people::{Country, Hcp, HcpStatus, Identifier, NotAnNpi, Npi, Organisation, PersonName};
use domain::reference::Row;

const SYSTEM: &str = "npi";

/// The fields of a row as text.
struct Fields<'r> {
    record: &'r ByteRecord,
    columns: &'r Columns,
}

pub(super) fn read(record: &ByteRecord, columns: &Columns) -> Result<Imported, Finding> {
    let fields = Fields { record, columns };
    let npi = npi(fields.text(Column::Npi)?)?;
    let is_active = !fields.is_deactivated()?;
    match (fields.text(Column::EntityType)?, is_active) {
        ("1", _) => fields.person(npi, is_active),
        ("2", true) => fields.organisation(npi),
        ("" | "2", _) => Ok(Imported::Retired(retired(npi))),
        (other, _) => {
            Err(Finding::new(Code::EntityType, format!("entity type `{other}` is neither 1 nor 2")))
        }
    }
}

fn npi(text: &str) -> Result<Npi, Finding> {
    Npi::new(text).map_err(|error| {
        let code = match error {
            NotAnNpi::Shape => Code::NpiShape,
            NotAnNpi::CheckDigit => Code::NpiCheckDigit,
        };
        Finding::new(code, format!("`{text}`: {error}"))
    })
}

fn identifier(npi: Npi) -> Identifier {
    Identifier { system: SYSTEM.to_owned(), value: npi.to_string() }
}

fn retired(npi: Npi) -> Retired {
    let number = identifier(npi);
    let hcp = ids::hcp(SYSTEM, &number.value);
    Retired { hcp, organisation: ids::organisation(SYSTEM, &number.value), number }
}

impl<'r> Fields<'r> {
    fn text(&self, column: Column) -> Result<&'r str, Finding> {
        utf8(self.columns.get(self.record, column))
    }

    /// The registry blanks a deactivated row down to its number and date; a reactivated one is whole again.
    fn is_deactivated(&self) -> Result<bool, Finding> {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%m/%d/%Y").ok();
        let out = self.text(Column::DeactivationDate)?;
        let back = self.text(Column::ReactivationDate)?;
        let is_blank = self.text(Column::EntityType)?.is_empty();
        Ok(is_blank || (!out.is_empty() && (back.is_empty() || day(back) < day(out))))
    }

    fn person(&self, npi: Npi, is_active: bool) -> Result<Imported, Finding> {
        let number = identifier(npi);
        Ok(Imported::Row(Row::Hcp(Hcp {
            id: ids::hcp(SYSTEM, &number.value),
            name: self.name()?,
            specialty: taxonomy::specialty(utf8(self.columns.primary_taxonomy(self.record))?).to_owned(),
            tier: None,
            status: if is_active { HcpStatus::Active } else { HcpStatus::Inactive },
            country: self.country()?,
            city: self.city()?,
            workplace: None,
            territory: None,
            identifiers: vec![number],
        })))
    }

    fn organisation(&self, npi: Npi) -> Result<Imported, Finding> {
        let number = identifier(npi);
        let name = self.text(Column::OrganisationName)?;
        if name.is_empty() {
            return Err(Finding::new(Code::NameMissing, "an organisation without a name"));
        }
        Ok(Imported::Row(Row::Organisation(Organisation {
            id: ids::organisation(SYSTEM, &number.value),
            name: name.to_owned(),
            city: self.city()?,
            country: self.country()?,
            parent: None,
            identifiers: vec![number],
        })))
    }

    /// Names stay in the registry's capitals: any other case would be a guess (`MCDONALD`, `VAN DER BERG`).
    fn name(&self) -> Result<PersonName, Finding> {
        let family = self.text(Column::FamilyName)?;
        if family.is_empty() {
            return Err(Finding::new(Code::NameMissing, "a person without a last name"));
        }
        let given = [self.text(Column::GivenName)?, self.text(Column::MiddleName)?];
        let title = self.text(Column::NamePrefix)?.to_owned();
        Ok(PersonName { title, given: joined(&given, " "), family: family.to_owned() })
    }

    /// `BOSTON, MA`: town names repeat across states.
    fn city(&self) -> Result<String, Finding> {
        Ok(joined(&[self.text(Column::PracticeCity)?, self.text(Column::PracticeState)?], ", "))
    }

    fn country(&self) -> Result<Country, Finding> {
        match self.text(Column::PracticeCountry)? {
            "" => Ok(Country::US),
            code => Country::new(code).map_err(|error| Finding::new(Code::Country, error.to_string())),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Finding> {
    std::str::from_utf8(bytes).map_err(|_| {
        Finding::new(Code::Encoding, format!("`{}` is not UTF-8", String::from_utf8_lossy(bytes)))
    })
}

fn joined(parts: &[&str], with: &str) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(with)
}
