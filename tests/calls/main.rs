//! Calls from the rep's hand to the server and to a colleague's: offline, merged, frozen, amended.

mod bad_input;
mod together;
