//! What a stranger may send, refused by its bytes alone: nothing is loaded, and nothing is expanded. Each attack is
//! written by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod changes;
mod corpus;
mod frames;
mod unfit;

use peak_alloc::PeakAlloc;
use std::sync::{Mutex, PoisonError};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time: the allocator counts for all of them.
static ALONE: Mutex<()> = Mutex::new(());

/// The most that reading an attack may allocate: a few copies of what may be sent at once.
const MODEST: usize = 2 * 1024 * 1024;

/// Runs something, and answers how much more memory it held at its peak.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let done = work();
    (done, MEMORY.peak_usage().saturating_sub(before))
}

fn alone() -> std::sync::MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
