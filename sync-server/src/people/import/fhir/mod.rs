//! FHIR R4 Practitioner, PractitionerRole, Organization and Location, as NDJSON or as Bundles, in one or several
//! files that refer to each other, as a bulk export gives them.
//!
//! FHIR spreads over four resources what a golden record holds together, in any order. So the files are read
//! twice: the first time an index on disk learns who is who, the second time rows leave. Memory stays flat.

mod directory;
mod index;
mod resource;
mod rows;
mod stream;

use super::batches::Batches;
use super::report::{Finding, Report};
use super::{Golden, ImportError, Imported, Summary};
use directory::Learner;
use domain::people::Country;
use resource::Entry;
use rows::Converter;
use std::io::Write;
use std::path::PathBuf;

/// What the operator knows and the files may not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assumptions {
    /// Country of records that name none.
    pub country: Option<Country>,
}

/// Imports files that belong together, all of them or nothing.
pub fn import<G: Golden, W: Write>(
    files: &[PathBuf],
    assumptions: Assumptions,
    golden: G,
    report: &mut Report<W>,
) -> Result<Summary, ImportError> {
    let mut learner = Learner::new().map_err(ImportError::Index)?;
    for file in files {
        stream::entries(file, &mut |_, entry| match entry {
            Ok(entry) => learner.learn(&entry).map_err(ImportError::Index),
            Err(_) => Ok(()),
        })?;
    }
    let mut converter = Converter::new(learner.finish().map_err(ImportError::Index)?, assumptions);
    let mut batches = Batches::new(golden, report);
    for file in files {
        let name = super::file_name(file);
        stream::entries(file, &mut |place, entry| {
            batches.count_entry();
            let converted = converter.convert(entry).map_err(ImportError::Index)?;
            deliver(&mut batches, (&name, place), converted)
        })?;
    }
    batches.publish()
}

/// What became of an entry: perhaps a row, and what is to be said about it.
#[derive(Debug, Default, PartialEq)]
struct Converted {
    row: Option<Imported>,
    findings: Vec<Finding>,
}

fn deliver<G: Golden, W: Write>(
    batches: &mut Batches<'_, G, W>,
    (file, place): (&str, u64),
    converted: Converted,
) -> Result<(), ImportError> {
    let is_kept = converted.row.is_some();
    for finding in converted.findings {
        if is_kept { batches.remark(file, place, &finding)? } else { batches.skip(file, place, &finding)? }
    }
    converted.row.map_or(Ok(()), |row| batches.take(row))
}

/// An entry as the stream finds it.
type Found = Result<Entry, Finding>;

#[cfg(test)]
mod tests;
