//! `growth`: what a pull of a hundred changes costs with 100,000, a million and ten million stored changes, on both
//! databases. The changes are made up and filled in by bulk SQL; the pulls are the server's own.
//!
//! `sqlite` or `postgres` measures one of them. `--most N` fills up to another number, for a try or for fifty million.

mod fill;
mod postgres;
mod sqlite;

use anyhow::{Context, Result};
use benches::company::config;
use benches::plot::{Bar, Plot};
use benches::report::{Figure, Report, progress};
use benches::samples::Samples;
use benches::wanted::Wanted;
use fill::{PULL, ROOM, SCOPES, scope};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use sync_server::store::Store;
use testkit::postgres::Cluster;

const MOST: usize = 10_000_000;
const LEAST: usize = 100_000;
/// Each size is so many times the one before.
const STEP: usize = 10;
/// Pulls of each size that are measured, and those before them that warm everything up.
const PULLS: usize = 2_000;
const WARM_UP: usize = 500;
/// A device is within so many lines of the end of its scope: all that there are at the least size.
const BEHIND: usize = LEAST / SCOPES;
const BAR: f64 = 1.3;
const SEED: u64 = 31;

/// A store of a size.
struct Grown {
    changes: usize,
    store: Arc<dyn Store>,
    times: Samples,
}

/// Measures all that is wanted.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    let (mut report, mut rows) = (Report::new("growth"), Vec::new());
    let most = wanted.number("--most", MOST)?;
    let sizes =
        || std::iter::successors(Some(LEAST), |size| Some(size * STEP)).take_while(move |size| *size <= most);
    if wanted.has("sqlite") {
        let (mut grown, folder) = (Vec::new(), tempfile::tempdir()?);
        for changes in sizes() {
            let data = folder.path().join(changes.to_string());
            progress(&format!("SQLite: filling {changes} changes"));
            let told = sqlite::fill(&data, changes).await?;
            report = report.note(format!("SQLite, {told}"));
            grown.push(Grown::open(&config(&data, None), changes).await?);
        }
        (report, rows) = measured(report, rows, "SQLite", grown).await?;
    }
    if wanted.has("postgres") {
        let (mut grown, folder) = (Vec::new(), tempfile::tempdir()?);
        // Nothing here waits for the disk but the fill; the pulls read.
        let cluster =
            Cluster::start(&["-c", "fsync=off", "-c", "max_wal_size=512MB", "-c", "autovacuum=off"])?;
        for changes in sizes() {
            let database = cluster.database()?;
            progress(&format!("PostgreSQL: filling {changes} changes"));
            let told = postgres::fill(&database, changes).await?;
            report = report.note(format!("PostgreSQL, {told}"));
            grown.push(Grown::open(&config(folder.path(), Some(&database)), changes).await?);
        }
        (report, rows) = measured(report, rows, "PostgreSQL", grown).await?;
    }
    let worst =
        rows.iter().map(|row: &Row| row.ratio).max_by(f64::total_cmp).context("nothing was measured")?;
    report = report.figure(Figure::at_most("pull_ratio_10m_vs_100k", worst, "ratio", BAR));
    if most == MOST && rows.len() == 2 {
        draw(&rows)?;
    } else {
        report =
            report.note(format!("a try with at most {most} changes: the figure is not the published one"));
    }
    report.print()
}

/// What a database took at each size.
struct Row {
    database: &'static str,
    at: Vec<(usize, f64)>,
    ratio: f64,
}

impl Grown {
    async fn open(config: &sync_server::Config, changes: usize) -> Result<Self> {
        Ok(Self { changes, store: sync_server::open(config).await?, times: Samples::default() })
    }

    /// A hundred changes from a place near the end of a scope.
    async fn pull(&mut self, dice: &mut ChaCha8Rng) -> Result<()> {
        let lines = self.changes / SCOPES;
        let after = lines - PULL - dice.random_range(0..=BEHIND - PULL);
        let wanted = vec![(scope(dice.random_range(0..SCOPES)), u64::try_from(after)?)];
        let begin = std::time::Instant::now();
        let news = self.store.news(wanted, ROOM).await?;
        self.times.push(begin.elapsed());
        anyhow::ensure!(news.entries.len() == PULL, "a pull brought {} changes", news.entries.len());
        Ok(())
    }
}

/// One pull of each size by turns, so that all see the same noise.
async fn measured(
    mut report: Report,
    mut rows: Vec<Row>,
    database: &'static str,
    mut grown: Vec<Grown>,
) -> Result<(Report, Vec<Row>)> {
    progress(&format!("{database}: pulling"));
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    for n in 0..WARM_UP + PULLS {
        for one in &mut grown {
            if n == WARM_UP {
                one.times = Samples::default();
            }
            one.pull(&mut dice).await?;
        }
    }
    let mut at = Vec::new();
    for one in grown {
        report = report.note(format!("{database}, {} changes: {}", one.changes, one.times.summary()?));
        at.push((one.changes, one.times.percentile(50)?));
        one.store.close().await?;
    }
    let (first, last) = (at.first().context("no size")?.1, at.last().context("no size")?.1);
    report =
        report.note(format!("{database}: {:.2} times as long with the most as with the least", last / first));
    rows.push(Row { database, at, ratio: last / first });
    Ok((report, rows))
}

fn draw(rows: &[Row]) -> Result<()> {
    let bar = |database: &str, (changes, value): &(usize, f64)| {
        let changes = match changes {
            0..1_000_000 => format!("{} thousand", changes / 1_000),
            _ => format!("{} million", changes / 1_000_000),
        };
        Bar { label: format!("{database}, {changes}"), value: *value, ours: true }
    };
    let bars = rows.iter().flat_map(|row| row.at.iter().map(move |at| bar(row.database, at))).collect();
    let (title, subtitle) = ("A pull of 100 changes", "by how many changes the server stores; the median");
    Plot { title: title.into(), subtitle: subtitle.into(), unit: "ms", most: None, bars }.save("sync-growth")
}
