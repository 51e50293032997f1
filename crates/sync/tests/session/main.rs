//! The device's side of the conversation against a model of what it must do, and against a small server over a network
//! that loses, doubles and reorders. Histories come from a seed: `ROUNDS_SEED=7 cargo test -p sync --test session`;
//! `ROUNDS_HISTORIES=1000000` runs more of them. A failure prints the shortest history that shows it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed, and says where")]

mod happens;
mod machine;
mod model;
mod two;
mod words;

use proptest::test_runner::{Config, RngSeed};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// So many histories from the seed.
fn config(histories: u32) -> Config {
    let cases = number("ROUNDS_HISTORIES").and_then(|n| u32::try_from(n).ok()).unwrap_or(histories);
    let rng_seed = RngSeed::Fixed(number("ROUNDS_SEED").unwrap_or(1));
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 10_000, ..Config::default() }
}
