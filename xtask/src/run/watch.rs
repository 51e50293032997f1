//! The programs that `run` has started: they end together, on Ctrl-C or when one of them ends.

use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const TICK: Duration = Duration::from_millis(200);
/// How long a program may take to save and close before it is ended by force.
const GRACE: Duration = Duration::from_secs(10);

/// Started programs. Dropping it ends them.
pub struct Watch {
    running: Vec<(&'static str, Child)>,
    stop: Receiver<()>,
}

impl Watch {
    /// Listens for Ctrl-C and for the system's request to end.
    pub fn start() -> Result<Self> {
        let (asked, stop) = channel();
        // Nobody listens any more only when everything is being ended already.
        ctrlc::set_handler(move || asked.send(()).unwrap_or_default())?;
        Ok(Self { running: Vec::new(), stop })
    }

    /// Starts a program.
    pub fn add(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        self.running.push((name, child));
        Ok(())
    }

    /// Lets time pass. An error when somebody asks to stop or a program has ended.
    pub fn pause(&mut self, time: Duration) -> Result<()> {
        if self.stop.recv_timeout(time) != Err(RecvTimeoutError::Timeout) {
            bail!("stopped before everything was started");
        }
        match self.ended()? {
            Some(name) => bail!("{name} has ended; its last lines above say why"),
            None => Ok(()),
        }
    }

    /// Waits for Ctrl-C, or for the first program to end: closing the window ends the demo.
    pub fn until_one_ends(mut self) -> Result<()> {
        while self.stop.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if let Some(name) = self.ended()? {
                println!("{name} has ended.");
                break;
            }
        }
        Ok(())
    }

    fn ended(&mut self) -> Result<Option<&'static str>> {
        for (name, child) in &mut self.running {
            if child.try_wait()?.is_some() {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Waits for a program to end by itself, up to a moment.
    fn outlives(&self, child: &mut Child, until: Instant) -> bool {
        while matches!(child.try_wait(), Ok(None)) {
            if Instant::now() >= until {
                return true;
            }
            let _ = self.stop.recv_timeout(TICK);
        }
        false
    }
}

impl Drop for Watch {
    /// The app first, the server last, so that the app can still send what waits.
    fn drop(&mut self) {
        let mut running = std::mem::take(&mut self.running);
        while let Some((_, mut child)) = running.pop() {
            if matches!(child.try_wait(), Ok(None)) {
                ask_to_end(&child);
            }
            if self.outlives(&mut child, Instant::now() + GRACE) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// The standard library can only end by force; the system's own tool asks politely.
fn ask_to_end(child: &Child) {
    let _ = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .stderr(std::process::Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_one_program_ends_the_others_are_ended_too() {
        let mut watch = Watch::start().unwrap();
        watch.add("endless", Command::new("tail").args(["-f", "/dev/null"])).unwrap();
        let endless = watch.running[0].1.id();
        watch.add("short", &mut Command::new("true")).unwrap();
        watch.until_one_ends().unwrap();
        let alive = Command::new("kill").args(["-0", &endless.to_string()]).status().unwrap().success();
        assert!(!alive, "the other program was left behind");
    }
}
