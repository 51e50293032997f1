//! Four devices, one real server, a bad network, crashes on both sides, people and HCPs who move between two territories:
//! whatever happens, everything that a device called saved is in the end on all devices that may hold it and on no other,
//! and all of these agree.
//!
//! A failure prints its seed; `ROUNDS_SEED=<seed> cargo test -p rounds-tests --test histories` replays it.
//! `ROUNDS_SEEDS=<count>` runs more histories than the gate does.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a story that cannot go on has failed, and says where"
)]

mod history;
mod journal;
mod places;

use history::History;

const FIRST_SEED: u64 = 1;
const HISTORIES: u64 = 8;

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("ROUNDS_SEED") {
        Some(seed) => vec![seed],
        None => (FIRST_SEED..FIRST_SEED + number("ROUNDS_SEEDS").unwrap_or(HISTORIES)).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_nothing_that_was_saved_is_lost_and_all_who_may_see_it_agree() {
    for seed in seeds() {
        println!("seed {seed}");
        let mut history = History::begin(seed).await;
        for _ in 0..60 {
            history.step().await;
        }
        history.settle().await;
        history.check().await;
    }
}
