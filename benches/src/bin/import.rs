//! `import`: a generated NPPES file through the server's own import into its store, against a bare load of the same
//! file into SQLite. Each runs in a process of its own.
//!
//! `--rows N` takes another size.

use anyhow::{Context, Result, bail};
use benches::report::{Figure, Report, progress};
use benches::samples::milliseconds;
use benches::{child, load, nppes};
use std::path::Path;
use std::time::Instant;
use sync_server::people::import::nppes::columns::{FIRST_TAXONOMY, NAMES};
use sync_server::people::import::{Report as Findings, nppes as importer};
use sync_server::store::Imports;
use sync_server::store::sqlite::Sqlite;

const ROWS: usize = 500_000;
const TIME_BAR: f64 = 4.0;
const MEMORY_BAR_MB: f64 = 200.0;
fn main() -> Result<()> {
    match child::part().as_deref() {
        Some([part, csv, db]) => work(part, csv.as_ref(), db.as_ref()),
        Some(other) => bail!("no such part: {other:?}"),
        None => measure(),
    }
}

fn measure() -> Result<()> {
    let report = Report::new("import");
    let folder = tempfile::tempdir()?;
    let rows = rows()?;
    let csv = folder.path().join("npidata_pfile_20050523-20261108.csv");
    progress(&format!("writing a file with {rows} rows"));
    nppes::write(&csv, rows)?;
    let megabytes = std::fs::metadata(&csv)?.len() / 1_000_000;
    // The load before and the one after see the noise on both sides of the import.
    let before = run("load", &csv, folder.path())?;
    let import = run("import", &csv, folder.path())?;
    let after = run("load", &csv, folder.path())?;
    let narrow = run("narrow", &csv, folder.path())?;
    let load = f64::midpoint(before.milliseconds, after.milliseconds);
    let per_second = f64::from(u32::try_from(rows)?) / import.milliseconds * 1_000.0;
    report
        .figure(Figure::ratio("time_ratio", import.milliseconds, load, Some(TIME_BAR)))
        .figure(Figure::at_most("peak_rss_mb", import.megabytes, "MB", MEMORY_BAR_MB))
        .figure(Figure::free("rows_per_s", per_second, "rows/s"))
        .note(format!("{rows} rows of 330 columns in {megabytes} MB"))
        .note(format!("import: {}", import.told()))
        .note(format!("bare load of all columns: before {}; after {}", before.told(), after.told()))
        .note(format!("bare load of the columns alone that the import reads: {}", narrow.told()))
        .print()
}

/// What a part cost.
struct Cost {
    milliseconds: f64,
    megabytes: f64,
}

impl Cost {
    fn told(&self) -> String {
        format!("{:.1} s, {:.0} MB", self.milliseconds / 1_000.0, self.megabytes)
    }
}

fn run(part: &str, csv: &Path, folder: &Path) -> Result<Cost> {
    progress(part);
    let db = tempfile::tempdir_in(folder)?;
    let db = db.path().join("db");
    let [csv, db] = [csv, &db].map(|path| path.to_str().context("the folder's name is not UTF-8"));
    let said = child::run(&[part, csv?, db?])?.said;
    let mut words = said.split_whitespace().map(str::parse);
    let mut next = || words.next().context("the child said too little");
    Ok(Cost { milliseconds: next()??, megabytes: next()?? })
}

/// In the child.
fn work(part: &str, csv: &Path, db: &Path) -> Result<()> {
    let begin = Instant::now();
    let rows = match part {
        "load" => load::load(csv, db, &[])?,
        // What the import reads of the 330 columns: a load of these alone is the narrowest comparison.
        "narrow" => load::load(csv, db, &[&NAMES[..], &FIRST_TAXONOMY[..]].concat())?,
        "import" => import(csv, db)?,
        other => bail!("no such part: {other}"),
    };
    let elapsed = begin.elapsed();
    anyhow::ensure!(rows > 0, "nothing was read");
    child::say(&format!("{} {}", milliseconds(elapsed), child::peak_megabytes()?));
    Ok(())
}

/// What `rounds-server import --format nppes` does.
fn import(csv: &Path, db: &Path) -> Result<u64> {
    let runtime = tokio::runtime::Runtime::new()?;
    let golden = runtime.block_on(Sqlite::open(db)?.begin_import(None, domain::Instant::UNIX_EPOCH))?;
    let mut findings = Findings::new(std::io::sink())?;
    let summary = importer::import(csv, golden, &mut findings)?;
    anyhow::ensure!(summary.skipped == 0, "rows of the generated file were refused");
    Ok(summary.entries)
}

fn rows() -> Result<usize> {
    let given = std::env::args().skip_while(|argument| argument != "--rows").nth(1);
    given.map_or(Ok(ROWS), |rows| Ok(rows.parse()?))
}
