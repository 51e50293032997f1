//! A benchmark that starts itself again: for figures of a whole process.

use crate::machine;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Before the name of the child's part on its command line.
const MARK: &str = "--as";

/// What a child did.
#[derive(Debug)]
pub struct Done {
    /// From before it was started to the first thing that it said.
    pub first_word: Duration,
    /// All that it said.
    pub said: String,
}

/// The part that this process was started for, with its arguments; none in the parent.
#[must_use]
pub fn part() -> Option<Vec<String>> {
    let mut arguments = std::env::args().skip(1);
    arguments.find(|argument| argument == MARK)?;
    Some(arguments.collect())
}

/// Starts this program again for a part.
pub fn run(part: &[&str]) -> Result<Done> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(MARK).args(part).stdout(Stdio::piped());
    let begin = Instant::now();
    let mut child = command.spawn().context("the child cannot be started")?;
    let mut out = BufReader::new(child.stdout.take().context("the child has no output")?);
    let mut said = String::new();
    out.read_line(&mut said)?;
    let first_word = begin.elapsed();
    out.read_to_string(&mut said)?;
    let status = child.wait()?;
    if !status.success() {
        bail!("the child for {part:?} ended with {status}");
    }
    Ok(Done { first_word, said })
}

/// In the child: says something to the parent.
#[allow(clippy::print_stdout, reason = "the parent listens there")]
pub fn say(word: &str) {
    println!("{word}");
}

/// In the child: megabytes that it ever had resident.
pub fn peak_megabytes() -> Result<f64> {
    let bytes = machine::peak_resident().context("this system does not tell the memory of a process")?;
    Ok(f64::from(u32::try_from(bytes / 1_024)?) * 1.024 / 1_000.0)
}
