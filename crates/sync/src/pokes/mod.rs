//! Pokes, on the device's side: the stream of them as text, and whether and when to listen to one. Without IO.

mod events;
mod listener;

pub use events::{Reader, Sound};
pub(crate) use listener::part;
pub use listener::{Effect, Event, Listener};
