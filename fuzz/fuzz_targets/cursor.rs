//! How far a device has read.

#![no_main]

rounds_fuzz::target!("cursor");
