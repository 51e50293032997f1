//! What a device asks.

#![no_main]

rounds_fuzz::target!("request");
