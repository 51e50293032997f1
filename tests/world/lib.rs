//! A small company with its real server, the devices of its people, and a network between them that a test makes
//! good or bad. Stories stand in the folders beside this one.

mod commands;
mod company;
mod hand;
mod network;

pub use commands::{Door, content_of_the_wrong_shape_is_refused, every_command_is_answered};
pub use company::{CHEAP, CORVALEN, Company, MARA, NORTH, PASSWORD, PEOPLE, SOUTH, TOMAS, found, unpaced};
pub use hand::Hand;
pub use network::{Fate, Network, PieceFate, Witness};
