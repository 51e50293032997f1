//! The monthly NPPES file of the United States (NPPES Data Dissemination, code values V.2): 330 columns, found by
//! their header names, plain or in its zip archive.

pub mod columns;
mod record;

use super::batches::Batches;
use super::meter::{Allowance, Metered, metered};
use super::report::{Code, Finding, Report};
use super::sniff::{self, FileKind};
use super::{Golden, ImportError, Imported, Summary};
use columns::Columns;
use csv::ByteRecord;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

const EXPECTED: &str = "an NPPES file (npidata_pfile_*.csv, or the zip archive with it)";

/// Imports a file, all of it or nothing.
pub fn import<G: Golden, W: Write>(
    file: &Path,
    golden: G,
    report: &mut Report<W>,
) -> Result<Summary, ImportError> {
    let io = |source| ImportError::Read { file: file.to_owned(), source };
    let mut open = File::open(file).map_err(io)?;
    let kind = sniff::kind(&mut open).map_err(io)?;
    let importer = Importer { file, name: super::file_name(file), batches: Batches::new(golden, report) };
    match kind {
        FileKind::NppesCsv => importer.csv(open),
        FileKind::Zip => importer.zip(open),
        found => Err(other_format(file, found)),
    }
}

fn other_format(file: &Path, found: FileKind) -> ImportError {
    ImportError::OtherFormat { file: file.to_owned(), found, expected: EXPECTED }
}

struct Importer<'a, G, W: Write> {
    file: &'a Path,
    name: String,
    batches: Batches<'a, G, W>,
}

impl<G: Golden, W: Write> Importer<'_, G, W> {
    fn zip(self, open: File) -> Result<Summary, ImportError> {
        let file = self.file;
        let damaged = |what: zip::result::ZipError| ImportError::Damaged {
            file: file.to_owned(),
            after: 0,
            what: what.to_string(),
        };
        let mut archive = zip::ZipArchive::new(BufReader::new(open)).map_err(damaged)?;
        let Some(member) = archive.file_names().find(|name| is_data_file(name)).map(ToOwned::to_owned) else {
            return Err(other_format(file, FileKind::OtherZip));
        };
        let member = archive.by_name(&member).map_err(damaged)?;
        self.csv(member)
    }

    fn csv(mut self, from: impl Read) -> Result<Summary, ImportError> {
        let mut rows = Rows::open(from).map_err(|problem| problem.about(self.file, 0))?;
        while let Some((line, row)) = rows.next().map_err(|problem| problem.about(self.file, rows.line))? {
            self.batches.count_entry();
            match row {
                Ok(imported) => self.batches.take(imported)?,
                Err(finding) => self.batches.skip(&self.name, line, &finding)?,
            }
        }
        self.batches.publish()
    }
}

/// `npidata_pfile_20050523-20261108.csv`, but not the header file beside it.
fn is_data_file(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    name.starts_with("npidata_pfile") && name.ends_with(".csv") && !name.contains("fileheader")
}

/// Why reading stops.
enum Problem {
    Csv(csv::Error),
    Columns(Vec<&'static str>),
}

impl Problem {
    fn about(self, file: &Path, after: u64) -> ImportError {
        let file = file.to_owned();
        match self {
            Self::Columns(columns) => ImportError::Columns { file, columns },
            Self::Csv(error) => ImportError::Damaged { file, after, what: error.to_string() },
        }
    }
}

/// The rows of a file, one at a time.
struct Rows<R: Read> {
    reader: csv::Reader<Metered<R>>,
    allowance: Allowance,
    columns: Columns,
    record: ByteRecord,
    line: u64,
}

/// A line of the file and what it says.
type Line = (u64, Result<Imported, Finding>);

impl<R: Read> Rows<R> {
    fn open(from: R) -> Result<Self, Problem> {
        let (from, allowance) = metered(from);
        let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(64 << 10).from_reader(from);
        let header = reader.byte_headers().map_err(Problem::Csv)?;
        let columns = Columns::find(header).map_err(Problem::Columns)?;
        Ok(Self { reader, allowance, columns, record: ByteRecord::new(), line: 1 })
    }

    fn next(&mut self) -> Result<Option<Line>, Problem> {
        self.allowance.renew();
        if !self.reader.read_byte_record(&mut self.record).map_err(Problem::Csv)? {
            return Ok(None);
        }
        self.line = self.record.position().map_or(self.line, csv::Position::line);
        Ok(Some((self.line, self.read())))
    }

    fn read(&self) -> Result<Imported, Finding> {
        let (found, wanted) = (self.record.len(), self.columns.count());
        if found != wanted {
            return Err(Finding::new(Code::Columns, format!("{found} fields where the header has {wanted}")));
        }
        record::read(&self.record, &self.columns)
    }
}

#[cfg(test)]
mod tests;
