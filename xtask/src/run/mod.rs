//! `run`: the whole of Rounds on one machine with a demo company. Builds, fills the server on the first start, starts
//! the server and the app, and ends both together. What the programs do is theirs.

mod data;
mod programs;
mod ready;
mod watch;

use std::env;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::place::Place;
use crate::ui;
use data::Data;
use programs::Programs;
use watch::Watch;

/// How to start.
#[derive(Args)]
pub struct Options {
    /// No window: serve the app to a browser, and print its address.
    #[arg(long)]
    headless: bool,
    /// Where everything is kept (default: ~/.local/share/rounds-demo).
    #[arg(long)]
    data: Option<PathBuf>,
    /// The app's port for browsers; the server takes the next one.
    #[arg(long, default_value_t = 8640, value_parser = clap::value_parser!(u16).range(1..65535))]
    port: u16,
    /// Also import these people: an NPPES file (.csv, .zip) or FHIR R4 (.ndjson, .json).
    #[arg(long)]
    import: Option<PathBuf>,
    /// The format of the imported file, where its name does not tell.
    #[arg(long)]
    format: Option<Format>,
}

/// Formats of people that the server imports.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// The monthly file of the US National Plan and Provider Enumeration System.
    Nppes,
    /// FHIR R4 as NDJSON or a Bundle.
    Fhir,
}

/// `xtask run`.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let window = !options.headless && has_display();
    let data = Data::at(options.data.clone())?;
    let app = ready::free_port(options.port)?;
    let server = ready::free_port(options.port + 1)?;
    progress("Building the screens (some minutes the first time)");
    ui::build(place, true, &place.bundle())?;
    progress("Building the programs (some minutes the first time)");
    let programs = Programs::build(place, window)?;
    data.fill(&programs)?;
    if let Some(file) = &options.import {
        data.import(&programs, file, options.format)?;
    }
    let mut watch = Watch::start()?;
    progress("Starting the server");
    watch.add("rounds-server", &mut programs.server(&data, server))?;
    ready::wait(server, &mut watch)?;
    progress("Starting the app; Ctrl-C ends everything");
    let (name, mut shell) = programs.app(&data, app, server);
    watch.add(name, &mut shell)?;
    watch.until_one_ends()
}

/// `xtask seed`: only the demo company, without starting anything.
pub fn seed(place: &Place, data: Option<PathBuf>) -> Result<()> {
    let data = Data::at(data)?;
    data.seed(&Programs::build(place, false)?)
}

fn has_display() -> bool {
    // Elsewhere every session has one.
    let needs_asking = cfg!(all(unix, not(target_os = "macos")));
    !needs_asking
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn progress(text: &str) {
    println!("==> {text}");
}
