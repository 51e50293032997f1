//! Floor 1: what the screens and the device say to each other: commands, view models, notices, error codes.
//!
//! View models are screen-shaped and hold no behaviour; the device fills them, the screens show them. One list of
//! commands (`for_each_command!`) feeds the Tauri handler, the permission list, `rounds-web` and the IPC tests.
//! Knows nothing of documents, storage or the network. Builds for wasm.

pub mod calls;
mod code;
mod commands;
mod notice;
pub mod people;
pub mod planning;
pub mod session;
pub mod sync;

pub use code::{Code, Refusal};
pub use commands::{COMMANDS, Command};
pub use notice::Notice;
