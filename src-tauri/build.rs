//! Build step of the window.
fn main() {}
