//! Accepted changes a second: what a document had in one request, many requests at once, over HTTP to the real server;
//! against bare durable inserts of the same bytes, as many at once and grouped in the same way.

use super::bare::{BarePostgres, BareSqlite};
use anyhow::{Context, Result};
use benches::colleague::{Colleague, item};
use benches::company::{self, Server};
use benches::report::{Figure, Report, progress};
use benches::workload::{CHANGES, Hand, People, Workload};
use device::{Clock, SystemClock};
use domain::Instant as Moment;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sync::wire::v1::Item;
use testkit::postgres::Cluster;
use tokio::task::JoinSet;

/// Requests that are on their way at once.
pub const AT_ONCE: usize = 32;
/// Turns that the server and the bare inserts take, so that both see the same noise.
const TURNS: usize = 4;
const BAR: f64 = 0.5;

/// What a request carries.
pub type Load = Vec<Item>;

/// Both databases.
pub async fn measure(mut report: Report, documents: usize) -> Result<Report> {
    progress("writing the changes");
    let now = SystemClock.now();
    let workload = Workload::of(documents, &CHANGES, now)?;
    let loads = loads(&workload);
    let folder = tempfile::tempdir()?;
    let bare = BareSqlite::open(&folder.path().join("bare.db"))?;
    let both = rounds(&workload.people, now, &loads, None, |load| bare.insert(load)).await?;
    report = both.told(report, "push_ratio_sqlite", "SQLite");
    match Cluster::start(&[]) {
        Ok(cluster) => {
            let bare = BarePostgres::open(&cluster.database()?).await?;
            let database = cluster.database()?;
            let both =
                rounds(&workload.people, now, &loads, Some(&database), |load| bare.insert(load)).await?;
            Ok(both.told(report, "push_ratio_postgres", "PostgreSQL"))
        }
        Err(error) => Ok(report.note(format!("PostgreSQL is left out: {error}"))),
    }
}

/// One request for each document, with the changes of the one who sends them.
fn loads(workload: &Workload) -> Vec<Load> {
    let jan = workload.people.hands[0];
    let load = |written: &benches::workload::Written| {
        let own = written.changes.iter().filter(|change| change.actor == jan.actor);
        own.map(|change| item(written.doc, written.kind, change)).collect()
    };
    workload.documents.iter().map(load).collect()
}

#[derive(Default)]
struct Both {
    changes: usize,
    server: Duration,
    bare: Duration,
    processor: Duration,
}

impl Both {
    fn told(&self, report: Report, name: &'static str, database: &str) -> Report {
        let rate = |time: Duration| self.changes as f64 / time.as_secs_f64();
        let (server, bare) = (rate(self.server), rate(self.bare));
        report.figure(Figure::at_least(name, server / bare, "ratio", BAR).against(bare)).note(format!(
            "{database}: {server:.0} changes accepted a second, {AT_ONCE} requests at once with the changes of one \
             document each, {:.0} us of the server's processor for a change; {bare:.0} bare inserts a second",
            self.processor.as_secs_f64() * 1e6 / self.changes as f64
        ))
    }
}

/// The server and the bare inserts by turns.
async fn rounds<F>(
    people: &People,
    now: Moment,
    loads: &[Load],
    database: Option<&str>,
    insert: impl Fn(Load) -> F,
) -> Result<Both>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    progress(&format!("pushing to {}", if database.is_some() { "PostgreSQL" } else { "SQLite" }));
    let folder = tempfile::tempdir()?;
    let store = sync_server::open(&company::config(folder.path(), database)).await?;
    company::found(store.as_ref(), people, now).await?;
    store.close().await?;
    let server = Server::start(folder.path(), database)?;
    let hand = signed_in(&server, people.hands[0]).await?;
    let mut both = Both::default();
    for some in loads.chunks(loads.len().div_ceil(TURNS)) {
        both.changes += some.iter().map(Vec::len).sum::<usize>();
        let before = server.process.used()?.processor;
        both.server += pushed(&hand, some).await?;
        both.processor += server.process.used()?.processor - before;
        both.bare += at_once(some, &insert).await?;
    }
    Ok(both)
}

async fn signed_in(server: &Server, hand: Hand) -> Result<Arc<Colleague>> {
    Ok(Arc::new(Colleague::signed_in(&server.address, hand).await?))
}

async fn pushed(hand: &Arc<Colleague>, loads: &[Load]) -> Result<Duration> {
    // A device asks for what came after what it has: without that, every answer would begin at the beginning.
    let cursor = hand.end().await?;
    at_once(loads, &|load| {
        let (hand, cursor) = (Arc::clone(hand), cursor.clone());
        async move { hand.send(load, Some(cursor)).await.map(drop) }
    })
    .await
}

/// Does it for all loads, so many at once.
async fn at_once<F>(loads: &[Load], work: &impl Fn(Load) -> F) -> Result<Duration>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let (mut running, begin) = (JoinSet::new(), Instant::now());
    for load in loads {
        if running.len() == AT_ONCE {
            running.join_next().await.context("nothing runs")???;
        }
        running.spawn(work(load.clone()));
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(begin.elapsed())
}
