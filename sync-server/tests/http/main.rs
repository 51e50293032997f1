//! The server over real HTTP: stories of people and their devices. What a store must do by itself is told in the
//! store's own tests.

mod exchange;
mod faults;
mod operations;
mod refusals;
mod signing_in;
mod support;
mod wall;
