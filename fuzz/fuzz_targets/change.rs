//! A change, and the documents that take it.

#![no_main]

rounds_fuzz::target!("change");
