//! Calls from the rep's hand to the server and to a colleague's: offline, merged, frozen, amended.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a story that cannot go on has failed, and says where"
)]

mod bad_input;
mod copied;
mod together;
