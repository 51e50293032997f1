//! Floor 4: the app without a window. Use cases by column over the store, the documents and the rules; it owns the
//! clock, chance, the key and the transport.
//!
//! A shell (the Tauri window, `rounds-web`, a test) makes one [`Device`] and hands it commands of the contract.
//! Knows nothing of windows or screens, and nothing of the server but the wire.

mod calls;
mod chance;
mod clock;
mod desk;
mod device;
mod dispatch;
mod draft;
mod opened;
mod people;
mod planning;
mod refusal;
mod session;
mod settings;
mod sync;
mod transport;
mod vault;
#[cfg(feature = "web")]
pub mod web;

pub use chance::Chance;
pub use clock::{Clock, SystemClock};
pub use device::{Device, Options};
pub use dispatch::dispatch;
pub use sync::Exchange;
pub use transport::{HttpTransport, Pokes, Reply, Transport, TransportError};
pub use vault::{Cost, Vault};
