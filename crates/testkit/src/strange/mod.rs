//! What a stranger may send, any bytes at all: a check for each thing that is read from others. The fuzzer (`fuzz/`) looks
//! for bytes that break one, and `tests/hostile` goes through those that it has kept.
//!
//! A check panics when what must hold does not. Bytes that are refused are well.

#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a check that does not hold ends the search, and says what it found"
)]

mod changes;
mod documents;
mod draw;
mod frames;
mod json;
pub mod operations;

use draw::Draw;

/// A check, by the name of its target and of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 5] = [
    ("request", frames::request),
    ("response", frames::response),
    ("cursor", frames::cursor),
    ("json", json::check),
    ("change", changes::check),
];

/// Runs the check of a target.
pub fn check(target: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, check) = found.unwrap_or_else(|| panic!("there is no target `{target}`"));
    check(bytes);
}
