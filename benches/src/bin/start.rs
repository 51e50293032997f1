//! `start`: from the start of the process to the data of the first screen, and the memory that it takes, without the
//! window. A child process does what the app does; its key comes without a question, as from a keychain.

use anyhow::{Context, Result};
use benches::report::{Figure, Report, progress};
use benches::samples::{Samples, milliseconds};
use benches::territory::{TODAY, Territory};
use benches::{child, fixture};
use chrono::TimeDelta;
use contract::calls::GetDay;
use contract::session::{GetSession, SessionView, Unlock};
use contract::sync::GetSync;
use device::{Chance, Clock, Device, HttpTransport, Options, SystemClock, Vault};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Starts that are measured.
const STARTS: usize = 15;
const READY_BAR_MS: f64 = 500.0;
const MEMORY_BAR_MB: f64 = 150.0;
const PASSPHRASE: &str = "correct horse battery";
/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

#[tokio::main]
async fn main() -> Result<()> {
    match child::part() {
        Some(part) => start(part.first().context("no folder")?.as_ref(), part.get(1)).await,
        None => measure().await,
    }
}

async fn measure() -> Result<()> {
    let report = Report::new("start");
    let (folder, locked) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let territory = Territory::at(SystemClock.now())?;
    progress("filling a store with 3,000 HCPs and 20,000 documents");
    territory.fill(&fixture::empty(folder.path(), territory.rep).await?)?;
    unlock(locked.path()).await?;
    let derivation = derivation(locked.path()).await?;
    let (data, locked) = (path(folder.path())?, path(locked.path())?);
    let (mut ready, mut memory) = (Samples::default(), 0.0_f64);
    for _ in 0..STARTS {
        let done = child::run(&[data])?;
        ready.push(done.first_word);
        memory = memory.max(said_megabytes(&done.said)?);
    }
    let with_passphrase = said_megabytes(&child::run(&[data, locked])?.said)?;
    report
        .figure(Figure::at_most("data_ready_ms", ready.percentile(50)?, "ms", READY_BAR_MS))
        .figure(Figure::at_most("peak_rss_mb", memory.max(with_passphrase), "MB", MEMORY_BAR_MB))
        .note(format!("starts: {}", ready.summary()?))
        .note(format!("where a passphrase is asked for, deriving the key adds {derivation:.0} ms"))
        .note(format!("memory: {memory:.0} MB; {with_passphrase:.0} MB with a passphrase"))
        .print()
}

/// In the child: what the app does until its first screen has its data.
async fn start(data: &Path, locked: Option<&String>) -> Result<()> {
    if let Some(locked) = locked {
        unlock(locked.as_ref()).await?;
    }
    let device = fixture::device(data, Arc::new(HttpTransport::new(NOWHERE)?));
    let session = device.get_session(GetSession {}).await?;
    anyhow::ensure!(matches!(session, SessionView::SignedIn(_)), "nobody is signed in");
    let from = SystemClock.now().date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let day = device.get_day(GetDay { from, until: from + TimeDelta::days(1) }).await?;
    let sync = device.get_sync(GetSync {}).await?;
    child::say("ready");
    anyhow::ensure!(
        day.calls.len() >= TODAY && !sync.waiting.is_empty(),
        "the store is not the prepared one"
    );
    child::say(&format!("{:.1}", child::peak_megabytes()?));
    Ok(())
}

fn said_megabytes(said: &str) -> Result<f64> {
    Ok(said.lines().last().context("the child said nothing")?.parse()?)
}

/// Milliseconds that the derivation of a key from a passphrase takes: a wrong one opens nothing, so nothing else is
/// in that time.
async fn derivation(folder: &Path) -> Result<f64> {
    let mut times = Samples::default();
    for _ in 0..5 {
        let device = locked_device(folder)?;
        device.get_session(GetSession {}).await?;
        let begin = Instant::now();
        let refused = device.unlock(Unlock { passphrase: format!("in{PASSPHRASE}") }).await;
        times.push(begin.elapsed());
        anyhow::ensure!(refused.is_err(), "a wrong passphrase opened the store");
    }
    times.percentile(50)
}

/// Opens the store behind a passphrase, or makes it.
async fn unlock(folder: &Path) -> Result<()> {
    let begin = Instant::now();
    locked_device(folder)?.unlock(Unlock { passphrase: PASSPHRASE.to_owned() }).await?;
    progress(&format!("unlocked within {:.0} ms", milliseconds(begin.elapsed())));
    Ok(())
}

fn locked_device(folder: &Path) -> Result<Device> {
    let options = Options { data: folder.to_owned(), vault: Vault::Passphrase, can_go_offline: false };
    let transport = Arc::new(HttpTransport::new(NOWHERE)?);
    Ok(Device::new(options, transport, Arc::new(SystemClock), Chance::seeded(2)))
}

fn path(folder: &Path) -> Result<&str> {
    folder.to_str().context("the folder's name is not UTF-8")
}
