//! Many runs, on all processors. Each has a runtime of its own with one thread, so that a run depends on nothing but
//! its seed.

use crate::failpoint::Failpoint;
use crate::history::{Ended, History};
use crate::report::Report;
use anyhow::{Result, anyhow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Things that happen in a history.
const STEPS: usize = 60;

/// How many histories.
#[derive(Debug, Clone, Copy)]
pub enum Span {
    /// So many.
    Histories(u64),
    /// As many as begin within this time.
    Time(Duration),
}

/// Histories from this seed on.
pub fn histories(first: u64, span: Span) -> Result<Report> {
    let began = Instant::now();
    let goes_on = |n: u64| match span {
        Span::Histories(count) => n < count,
        Span::Time(time) => began.elapsed() < time,
    };
    let seeds = (0..).take_while(|n| goes_on(*n)).map(|n| first.wrapping_add(n));
    on_all_processors(seeds, |runtime, seed| {
        let run = async { History::begin(seed).await?.run(STEPS).await };
        (guarded(|| runtime.block_on(run)), format!("cargo xtask faults --histories 1 --trace --seed {seed}"))
    })
}

/// The story of failpoints, once for each of these.
pub fn failpoints(failpoints: impl IntoIterator<Item = Failpoint, IntoIter: Send>) -> Result<Report> {
    on_all_processors(failpoints.into_iter(), |runtime, failpoint| {
        let ended = guarded(|| runtime.block_on(failpoint.run()));
        (ended, format!("cargo xtask faults --trace --failpoint {failpoint}"))
    })
}

fn on_all_processors<T>(
    items: impl Iterator<Item = T> + Send,
    run: impl Fn(&Runtime, T) -> (Result<Ended>, String) + Sync,
) -> Result<Report> {
    let (items, report) = (Mutex::new(items), Mutex::new(Report::default()));
    let work = || -> Result<()> {
        let runtime = runtime()?;
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(item) = next else { return Ok(()) };
            let (ended, replay) = run(&runtime, item);
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            // At once: who waits for hours wants to know now.
            if let Some(failure) = report.add(ended, replay) {
                eprintln!("{failure}");
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a worker panicked"))?)
    })?;
    Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner))
}

pub(crate) fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// A run that panics has failed like any other.
fn guarded(run: impl FnOnce() -> Result<Ended>) -> Result<Ended> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        Err(anyhow!("it panicked: {}", said.unwrap_or_default()))
    })
}
