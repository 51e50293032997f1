//! The report of an import: a CSV line for every entry that was not imported, or not wholly.

use super::ImportError;
use std::io::Write;

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A CSV row has another number of fields than the header.
    Columns,
    /// Not UTF-8.
    Encoding,
    /// Not JSON, or JSON of another shape than the resource has.
    Shape,
    /// Not ten digits that begin with 1 or 2.
    NpiShape,
    /// The NPI's check digit is wrong.
    NpiCheckDigit,
    /// Neither a person nor an organisation.
    EntityType,
    /// No name.
    NameMissing,
    /// No country, or one that is not known.
    Country,
    /// Neither a number nor a resource id.
    IdMissing,
    /// A reference to something that is not in this import.
    ReferenceUnknown,
    /// A reference that this role needs is missing.
    ReferenceMissing,
    /// An inactive role without an end date.
    RoleWithoutEnd,
    /// A resource type that is not imported.
    ResourceType,
}

impl Code {
    /// Its name in the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::Encoding => "encoding",
            Self::Shape => "shape",
            Self::NpiShape => "npi_shape",
            Self::NpiCheckDigit => "npi_check_digit",
            Self::EntityType => "entity_type",
            Self::NameMissing => "name_missing",
            Self::Country => "country",
            Self::IdMissing => "id_missing",
            Self::ReferenceUnknown => "reference_unknown",
            Self::ReferenceMissing => "reference_missing",
            Self::RoleWithoutEnd => "role_without_end",
            Self::ResourceType => "resource_type",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// In words, with the value.
    pub reason: String,
}

impl Finding {
    pub(super) fn new(code: Code, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// What became of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Not imported.
    Skipped,
    /// Imported with something left out.
    Kept,
}

/// Writes `file,entry,effect,code,reason`. An entry is a line of a CSV or NDJSON file, or the place of an entry
/// in a Bundle, from 1.
pub struct Report<W: Write>(csv::Writer<W>);

impl<W: Write> Report<W> {
    /// Begins a report with its header.
    pub fn new(to: W) -> Result<Self, ImportError> {
        let mut lines = csv::Writer::from_writer(to);
        lines.write_record(["file", "entry", "effect", "code", "reason"]).map_err(ImportError::Report)?;
        Ok(Self(lines))
    }

    pub(super) fn line(
        &mut self,
        file: &str,
        entry: u64,
        effect: Effect,
        finding: &Finding,
    ) -> Result<(), ImportError> {
        let effect = match effect {
            Effect::Skipped => "skipped",
            Effect::Kept => "kept",
        };
        let fields = [file, &entry.to_string(), effect, finding.code.name(), &finding.reason];
        self.0.write_record(fields).map_err(ImportError::Report)
    }

    pub(super) fn finish(&mut self) -> Result<(), ImportError> {
        self.0.flush().map_err(|error| ImportError::Report(error.into()))
    }
}
