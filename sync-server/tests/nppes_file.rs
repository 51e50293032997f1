//! The public NPPES sample file, imported whole. Skipped, saying so, where the file is not there.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot set up its story has failed"
)]

use domain::people::Npi;
use domain::reference::Row;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::PathBuf;
use sync_server::people::import::{BATCH_ROWS, Golden, Report, Retired, Summary, nppes};
use uuid::Uuid;

/// Golden records as a map that changes only when an import is published.
struct Staged<'a> {
    published: &'a mut BTreeMap<Uuid, Row>,
    staged: Vec<Row>,
    retired: usize,
}

impl Golden for Staged<'_> {
    type Error = Infallible;

    fn upsert_batch(&mut self, rows: &[Row]) -> Result<(), Infallible> {
        assert!(rows.len() <= BATCH_ROWS);
        self.staged.extend_from_slice(rows);
        Ok(())
    }

    fn retire_batch(&mut self, retired: &[Retired]) -> Result<(), Infallible> {
        assert!(retired.iter().all(|r| Npi::new(&r.number.value).is_ok()));
        self.retired += retired.len();
        Ok(())
    }

    fn publish(self) -> Result<(), Infallible> {
        assert_eq!(self.retired, 491);
        self.published.extend(self.staged.into_iter().map(|row| (row.key().1, row)));
        Ok(())
    }
}

fn sample() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("ROUNDS_SHARED").map_or(beside, PathBuf::from);
    let file = shared.join("data/NPPES_Data_Dissemination_sample.zip");
    file.exists().then_some(file)
}

fn import(file: &std::path::Path, published: &mut BTreeMap<Uuid, Row>) -> (Summary, String) {
    let mut lines = Vec::new();
    let mut report = Report::new(&mut lines).unwrap();
    let golden = Staged { published, staged: Vec::new(), retired: 0 };
    let summary = nppes::import(file, golden, &mut report).unwrap();
    drop(report);
    (summary, String::from_utf8(lines).unwrap())
}

#[test]
fn the_public_sample_is_imported_whole_and_again_without_a_change() {
    let Some(file) = sample() else {
        eprintln!("SKIPPED: no NPPES sample file; set ROUNDS_SHARED to the folder that has data/");
        return;
    };
    let mut published = BTreeMap::new();
    let (summary, report) = import(&file, &mut published);
    let expected = Summary {
        entries: 18_649,
        persons: 14_750,
        organisations: 3_408,
        deactivated: 491,
        ..Summary::default()
    };
    assert_eq!((summary, report.lines().count()), (expected, 1));
    assert_eq!(published.len(), 14_750 + 3_408, "names are shared, ids are not");
    let before = published.clone();
    assert_eq!(import(&file, &mut published).0, expected);
    assert_eq!(published, before);
}
