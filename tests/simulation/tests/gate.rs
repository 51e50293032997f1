//! The gate's share: histories from fixed seeds, and failpoints of a short story. `cargo xtask faults` goes on for as
//! long as it is asked to.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed, and says where")]

use simulation::{History, Report, Span, every_failpoint};
use tokio::runtime::Builder;

const FIRST_SEED: u64 = 1;
const HISTORIES: u64 = 60;
/// One failpoint of so many: a prime, so that every kind of operation is met.
const STRIDE: usize = 13;

fn check(report: &Report) {
    let failures: Vec<_> = report.failures().iter().map(ToString::to_string).collect();
    assert!(report.holds(), "{}\n{}", report.text(), failures.join("\n"));
}

#[test]
fn whatever_fails_nothing_that_was_saved_is_lost_all_agree_and_nothing_leaks() {
    check(&simulation::histories(FIRST_SEED, Span::Histories(HISTORIES)).unwrap());
}

#[test]
fn the_power_may_go_in_the_middle_of_any_operation() {
    check(&simulation::failpoints(every_failpoint(FIRST_SEED, STRIDE).unwrap()).unwrap());
}

#[test]
fn a_seed_plays_again_what_it_played() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let play = || runtime.block_on(async { History::begin(5).await.unwrap().run(60).await.unwrap() });
    let (once, again) = (play(), play());
    assert_eq!((once.trace, once.disks), (again.trace, again.disks));
}
