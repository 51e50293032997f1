//! `fuzz`: looks for bytes that break what is read from others, by cargo-fuzz on the compiler that is here. What is found
//! on the way stays outside the checkout; `--keep` puts a few cases that reach most into `fuzz/corpus`, which the tests of
//! the gate go through.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::place::Place;
use crate::process;

/// The longest case: longer ones only take longer.
const LONGEST: u32 = 2048;

/// The most cases of a target in the checkout, and the most bytes of one.
const CASES: usize = 40;
const BYTES: u64 = 1024;

/// Which branches were taken decides what is kept, not how often.
const EDGES: [&str; 3] = ["-set_cover_merge=1", "-use_counters=0", "-use_cmp=0"];

/// What it can be told.
#[derive(Args)]
pub struct Options {
    /// Which target (default: one after the other).
    target: Option<String>,
    /// How long each.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Put a few cases that reach most into the checkout.
    #[arg(long)]
    keep: bool,
}

/// Runs a target, or all.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    ensure!(
        process::available("cargo-fuzz", "--version"),
        "cargo-fuzz is not installed: cargo install cargo-fuzz --locked"
    );
    let known = targets(&place.root)?;
    let chosen = match &options.target {
        Some(target) if known.contains(target) => vec![target.clone()],
        Some(target) => bail!("there is no target `{target}`; the targets are: {}", known.join(" ")),
        None => known,
    };
    for target in chosen {
        println!("\n==> {target}");
        search(place, &target, options.seconds).with_context(|| said(&target))?;
        if options.keep {
            keep(place, &target)?;
        }
    }
    Ok(())
}

fn said(target: &str) -> String {
    format!("`{target}` broke: mend it, and keep the bytes that did it as a case in fuzz/corpus/{target}")
}

/// The names of all targets.
fn targets(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        names.extend(file?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Goes on from what was found before, here and in the checkout.
fn search(place: &Place, target: &str, seconds: u32) -> Result<()> {
    let found = found(place, target)?;
    let time = format!("-max_total_time={seconds}");
    fuzzer(place, target, &[&found, &kept(place, target)?], &[&time, &format!("-max_len={LONGEST}")])
}

/// Of the fewest cases that reach what all of them reach, the largest: those reach most.
fn keep(place: &Place, target: &str) -> Result<()> {
    let (fewest, kept) = (place.target.join("fuzz/fewest").join(target), kept(place, target)?);
    if fewest.exists() {
        fs::remove_dir_all(&fewest)?;
    }
    fs::create_dir_all(&fewest)?;
    fuzzer(place, target, &[&fewest, &kept, &found(place, target)?], &EDGES)?;
    fs::remove_dir_all(&kept)?;
    fs::create_dir_all(&kept)?;
    for (_, case) in largest(&fewest)? {
        fs::copy(&case, kept.join(case.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn largest(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let mut cases = Vec::new();
    for case in fs::read_dir(folder)? {
        let case = case?;
        cases.push((case.metadata()?.len(), case.path()));
    }
    cases.retain(|(bytes, _)| *bytes <= BYTES);
    cases.sort_by(|one, other| other.cmp(one));
    cases.truncate(CASES);
    Ok(cases)
}

/// What ships is what is searched: optimised, without assertions. The tests go through the kept cases with them.
fn fuzzer(place: &Place, target: &str, folders: &[&PathBuf], options: &[&str]) -> Result<()> {
    let mut cargo = process::cargo(place);
    cargo.env("CARGO_TARGET_DIR", place.target.join("fuzz"));
    // The instrumentation is for nightly compilers by name only.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    cargo.args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none", "--release", target]);
    cargo.args(folders).arg("--").args(options);
    process::run(&mut cargo)
}

fn found(place: &Place, target: &str) -> Result<PathBuf> {
    made(place.target.join("fuzz/found").join(target))
}

fn kept(place: &Place, target: &str) -> Result<PathBuf> {
    made(place.root.join("fuzz/corpus").join(target))
}

fn made(folder: PathBuf) -> Result<PathBuf> {
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
