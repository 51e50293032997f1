//! Import of golden records from the formats that registries and hospitals give away.
//!
//! Memory does not grow with the file: entries are read one at a time under a length limit and leave in batches.
//! Nothing is half imported: rows are staged in a [`Golden`] and become visible at once, when everything was read.
//! Bad entries go to a [`Report`] and do not stop an import; a damaged file or one of another format does.

mod batches;
pub mod fhir;
mod ids;
mod meter;
pub mod nppes;
pub mod report;
mod sniff;
mod taxonomy;

pub use report::{Finding, Report};
pub use sniff::FileKind;

use domain::ids::{HcpId, OrgId};
use domain::people::Identifier;
use domain::reference::Row;
use std::path::{Path, PathBuf};

/// Rows that go to a [`Golden`] at once.
pub const BATCH_ROWS: usize = 1_000;

/// What an importer finds in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// A golden row.
    Row(Row),
    /// A number that its registry has taken back without saying whose it was.
    Retired(Retired),
}

/// A number that its registry has taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The HCP who has the number, if it is a person's.
    pub hcp: HcpId,
    /// The organisation that has it, if it is an organisation's.
    pub organisation: OrgId,
    /// The number.
    pub number: Identifier,
}

/// An import into the golden records: rows are staged and nobody sees them before [`Golden::publish`].
/// Dropping it without publishing leaves no trace.
///
/// Rows have ids that follow from the source's own numbers, so importing again updates. What a source cannot
/// know is none in its rows and must be kept as the company has set it: an HCP's `tier` and `territory`, and a
/// `workplace` that is none.
pub trait Golden {
    /// Why storage failed.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Stages rows: at most [`BATCH_ROWS`]. A later row with the same key replaces an earlier one.
    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), Self::Error>;

    /// Stages numbers taken back: a known HCP becomes inactive and keeps its name, a known organisation stays as
    /// it is, and an unknown number is kept as an inactive HCP without a name, so that it is never taken for new.
    fn retire_batch(&mut self, retired: &[Retired]) -> Result<(), Self::Error>;

    /// Makes everything staged visible, in one step.
    fn publish(self) -> Result<(), Self::Error>;
}

/// A file's name as the report has it.
fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Entries read, bad ones included.
    pub entries: u64,
    /// HCPs, deactivated ones included.
    pub persons: u64,
    /// Organisations.
    pub organisations: u64,
    /// Links between the two.
    pub affiliations: u64,
    /// Records that their source calls deactivated, kept as inactive.
    pub deactivated: u64,
    /// Entries that were not imported, each with a line in the report.
    pub skipped: u64,
    /// Further lines in the report, about entries that were imported with something left out.
    pub remarks: u64,
}

/// Why an import ended with nothing imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read to its end.
    #[error("{} cannot be read", file.display())]
    Read {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is something else than what was announced.
    #[error("{} is {found}, but {expected} is needed", file.display())]
    OtherFormat {
        /// Which file.
        file: PathBuf,
        /// What it looks like.
        found: FileKind,
        /// What the import takes.
        expected: &'static str,
    },
    /// The header lacks columns that the import needs.
    #[error("{} lacks the columns {}", file.display(), columns.join(", "))]
    Columns {
        /// Which file.
        file: PathBuf,
        /// Names as the format's description has them.
        columns: Vec<&'static str>,
    },
    /// The file breaks off or is not what its beginning promised.
    #[error("{} is damaged after entry {after}: {what}", file.display())]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Last entry that was read.
        after: u64,
        /// What is wrong.
        what: String,
    },
    /// Golden records cannot be staged or published.
    #[error("the golden records cannot be written")]
    Golden(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The report of bad entries cannot be written.
    #[error("the report cannot be written")]
    Report(#[source] csv::Error),
    /// The temporary index of references cannot be kept.
    #[error("the temporary index cannot be kept")]
    Index(#[source] std::io::Error),
}
