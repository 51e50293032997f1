//! What the server answers.

#![no_main]

rounds_fuzz::target!("response");
