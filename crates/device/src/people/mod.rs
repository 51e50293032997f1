//! HCPs: finding them, knowing them, noting what they said.

mod profile;
mod search;
mod timeline;
mod write;
