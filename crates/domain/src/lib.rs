//! Floor 0: the words of the trade: typed ids, values, records and state transitions.
//!
//! Here belong facts and the transitions between them. No IO, no clock, no randomness: time, ids and chance
//! come in as arguments. Builds for wasm.

pub mod calls;
pub mod consent;
pub mod content;
pub mod ids;
pub mod insight;
pub mod people;
pub mod planning;
pub mod reference;

/// An instant. Everything is kept in UTC; screens show it in the place's own time zone.
pub type Instant = chrono::DateTime<chrono::Utc>;

/// A half-open period: from `from` up to, but not including, `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First instant inside.
    pub from: Instant,
    /// First instant after.
    pub until: Instant,
}
