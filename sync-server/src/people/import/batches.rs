//! From single findings of an importer to batches for the golden records, with counts and the report.

use super::report::{Effect, Finding, Report};
use super::{BATCH_ROWS, Golden, ImportError, Imported, Retired, Summary};
use domain::people::HcpStatus;
use domain::reference::Row;
use std::io::Write;

/// An import under way.
pub(super) struct Batches<'a, G, W: Write> {
    golden: G,
    report: &'a mut Report<W>,
    rows: Vec<Row>,
    retired: Vec<Retired>,
    summary: Summary,
}

impl<'a, G: Golden, W: Write> Batches<'a, G, W> {
    pub(super) fn new(golden: G, report: &'a mut Report<W>) -> Self {
        let rows = Vec::with_capacity(BATCH_ROWS);
        Self { golden, report, rows, retired: Vec::new(), summary: Summary::default() }
    }

    /// One more entry was read.
    pub(super) fn count_entry(&mut self) {
        self.summary.entries += 1;
    }

    pub(super) fn take(&mut self, imported: Imported) -> Result<(), ImportError> {
        self.count(&imported);
        match imported {
            Imported::Row(row) => self.rows.push(row),
            Imported::Retired(retired) => self.retired.push(retired),
        }
        if self.rows.len() + self.retired.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    /// The entry is not imported.
    pub(super) fn skip(&mut self, file: &str, entry: u64, finding: &Finding) -> Result<(), ImportError> {
        self.summary.skipped += 1;
        self.report.line(file, entry, Effect::Skipped, finding)
    }

    /// The entry is imported with something left out.
    pub(super) fn remark(&mut self, file: &str, entry: u64, finding: &Finding) -> Result<(), ImportError> {
        self.summary.remarks += 1;
        self.report.line(file, entry, Effect::Kept, finding)
    }

    /// Everything was read: publishes it.
    pub(super) fn publish(mut self) -> Result<Summary, ImportError> {
        self.flush()?;
        self.report.finish()?;
        self.golden.publish().map_err(golden)?;
        Ok(self.summary)
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        if !self.rows.is_empty() {
            self.golden.upsert_batch(&self.rows).map_err(golden)?;
            self.rows.clear();
        }
        if !self.retired.is_empty() {
            self.golden.retire_batch(&self.retired).map_err(golden)?;
            self.retired.clear();
        }
        Ok(())
    }

    fn count(&mut self, imported: &Imported) {
        let counts = &mut self.summary;
        match imported {
            Imported::Row(Row::Hcp(hcp)) => {
                counts.persons += 1;
                counts.deactivated += u64::from(hcp.status == HcpStatus::Inactive);
            }
            Imported::Row(Row::Organisation(_)) => counts.organisations += 1,
            Imported::Row(Row::Affiliation(_)) => counts.affiliations += 1,
            Imported::Row(_) => {}
            Imported::Retired(_) => counts.deactivated += 1,
        }
    }
}

fn golden(error: impl std::error::Error + Send + Sync + 'static) -> ImportError {
    ImportError::Golden(Box::new(error))
}
