//! Processes that a benchmark starts, itself or others: for figures of a whole process, and so that both ends of a
//! network are processes of their own.

use crate::machine::{self, Used};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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
    let used = machine::used(std::process::id());
    Ok(used.context("this system does not tell the memory of a process")?.peak_megabytes)
}

/// A child that stays: it is told a line, and answers each with a line. It ends when this is dropped.
#[derive(Debug)]
pub struct Partner {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    name: String,
}

impl Partner {
    /// This program once more, for a part.
    pub fn of_this_program(part: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(MARK).args(part);
        Self::start(command, part.first().copied().unwrap_or_default())
    }

    /// Any program that takes part.
    pub fn start(mut command: Command, name: &str) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let from = BufReader::new(child.stdout.take().context("the child has no output")?);
        let to = child.stdin.take();
        Ok(Self { child, to, from, name: name.to_owned() })
    }

    /// Tells it a line.
    pub fn tell(&mut self, word: &str) -> Result<()> {
        let to = self.to.as_mut().context("the child hears nothing any more")?;
        writeln!(to, "{word}")?;
        Ok(to.flush()?)
    }

    /// Waits for a line.
    pub fn hear(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            bail!("{} ended: {}", self.name, self.child.wait()?);
        }
        Ok(line.trim_end().to_owned())
    }

    /// Tells it a line, and waits for the answer.
    pub fn ask(&mut self, word: &str) -> Result<String> {
        self.tell(word)?;
        self.hear()
    }

    /// Tells it nothing more, and waits for its end.
    pub fn end(&mut self) -> Result<()> {
        drop(self.to.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("{} ended: {status}", self.name) }
    }

    /// What it used so far.
    pub fn used(&self) -> Result<Used> {
        machine::used(self.child.id()).context("this system does not tell what a process uses")
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        // How it ends is nobody's business any more.
        let _ = self.end();
    }
}
