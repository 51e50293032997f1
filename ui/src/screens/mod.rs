//! Screens: one folder each, with its views and its styles. A screen asks for one view model and shows it.

pub mod call;
pub mod entry;
pub mod hcp;
pub mod hcps;
pub mod sync;
pub mod tasks;
pub mod today;
pub mod you;
