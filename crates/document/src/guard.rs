//! Calls into the library that must not end the program. The library panics on some bytes that no device writes; a
//! stranger may write them.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The library panicked; the panic's own words are in the program's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the library failed")]
pub struct Panicked;

/// Runs a call. What it was given by reference may be left half done after a panic: throw it away.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Panicked)
}
