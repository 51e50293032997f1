//! `search`: the first page after every keystroke with 1,000,000 HCPs on one device, against the bare FTS5 query on
//! the same file.
//!
//! `--store DIR` keeps the prepared store there and uses it again; `--size N` takes fewer HCPs.

use anyhow::Result;
use benches::bare::Bare;
use benches::crowd::Crowd;
use benches::report::{Figure, Report, progress};
use benches::samples::{Samples, milliseconds};
use benches::{fixture, typing};
use contract::people::SearchHcps;
use domain::ids::UserId;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::Store;
use uuid::Uuid;

const SIZE: usize = 1_000_000;
/// People who are looked for, letter by letter.
const PEOPLE: usize = 600;
/// Of so many keystrokes one goes through the whole device too.
const COMMANDS: usize = 8;
/// Rows of a page.
const PAGE: u32 = 20;
const BAR_MS: f64 = 10.0;
/// Hardest texts that are told.
const HARDEST: usize = 8;

#[tokio::main]
async fn main() -> Result<()> {
    let report = Report::new("search");
    let size = option("--size").map_or(Ok(SIZE), |size| size.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = option("--store").map_or(temporary.path().to_owned(), PathBuf::from);
    let crowd = Crowd::of(size);
    prepare(&folder, &crowd).await?;
    let typed = typing::keystrokes(&crowd, PEOPLE);
    let measured = by_store(&fixture::store(&folder)?, &Bare::open(&fixture::file(&folder))?, &typed)?;
    let commands = by_command(&folder, &typed).await?;
    let (pages, bare) = (&measured.pages, &measured.bare);
    report
        .figure(Figure::at_most("keystroke_p99_ms", pages.percentile(99)?, "ms", BAR_MS))
        .figure(Figure::ratio("fts5_ratio", pages.percentile(99)?, bare.percentile(99)?, None))
        .note(format!("{size} HCPs in {} MB", std::fs::metadata(fixture::file(&folder))?.len() / 1_000_000))
        .note(format!("first pages from the store: {}", pages.summary()?))
        .note(format!("bare FTS5 queries: {}", bare.summary()?))
        .note(format!("whole commands of the device: {}", commands.summary()?))
        .note(format!("hardest: {}", measured.hardest()))
        .print()
}

/// Fills a store, unless it was filled before.
async fn prepare(folder: &Path, crowd: &Crowd) -> Result<()> {
    let store = fixture::empty(folder, rep()).await?;
    if store.read(|r| r.hcps_held())? == crowd.size() as u64 {
        return Ok(());
    }
    progress(&format!("filling a store with {} HCPs", crowd.size()));
    let begin = Instant::now();
    crowd.fill(&store)?;
    progress(&format!("filled within {} s", begin.elapsed().as_secs()));
    Ok(())
}

#[derive(Default)]
struct Measured {
    pages: Samples,
    bare: Samples,
    /// Best time of each text: what remains when noise is taken away.
    best: BTreeMap<String, Duration>,
}

impl Measured {
    fn hardest(&self) -> String {
        let mut best: Vec<_> = self.best.iter().collect();
        best.sort_by_key(|(_, time)| std::cmp::Reverse(**time));
        let told = best.iter().take(HARDEST);
        told.map(|(text, time)| format!("`{text}` {:.1} ms", milliseconds(**time)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Our page and the bare query by turns, so that both see the same noise.
fn by_store(store: &Store, bare: &Bare, typed: &[String]) -> Result<Measured> {
    let mut measured = Measured::default();
    for text in typed {
        let words: Vec<&str> = text.split(' ').collect();
        let found = measured.bare.time(|| bare.matching(&words, PAGE + 1))?;
        let begin = Instant::now();
        let page = store.read(|r| r.search_hcps(text, None, PAGE))?;
        let time = begin.elapsed();
        measured.pages.push(time);
        anyhow::ensure!(page.hcps.len() == found.len().min(PAGE as usize), "`{text}` finds other people");
        let best = measured.best.entry(text.clone()).or_insert(time);
        *best = time.min(*best);
    }
    Ok(measured)
}

async fn by_command(folder: &Path, typed: &[String]) -> Result<Samples> {
    let device = fixture::signed_in(folder, rep()).await?;
    let mut commands = Samples::default();
    for text in typed.iter().step_by(COMMANDS) {
        let search = SearchHcps { text: text.clone(), after: None, limit: PAGE };
        let command = serde_json::to_value(search)?;
        let begin = Instant::now();
        device::dispatch(&device, "search_hcps", command).await?;
        commands.push(begin.elapsed());
    }
    Ok(commands)
}

fn rep() -> UserId {
    UserId(Uuid::from_u128(1))
}

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}
