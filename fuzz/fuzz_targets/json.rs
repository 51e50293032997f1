//! The JSON bodies beside sync.

#![no_main]

rounds_fuzz::target!("json");
