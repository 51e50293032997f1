//! Entry point of the desktop app; everything is in the library, which the mobile apps start too.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    rounds::run()
}
