//! Calls: the day, planning, recording, submitting, amending.

mod amended;
mod cards;
mod view;
mod write;

pub use cards::{card, product_names, stage, workplace};
