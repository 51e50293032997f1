//! A throwaway NATS for a test. It ends with the program, however that ends: it reads from a pipe that only the program
//! holds open.

use std::io::{BufRead, BufReader, Error, Result};
use std::process::{Child, Command, Stdio};

/// Starts the server, says where it listens, and ends it when its standard input closes.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../script/nats.sh");

/// A server of its own. It ends when this is dropped.
pub struct Broker {
    child: Child,
    port: u16,
}

impl Broker {
    /// Starts one on a free port.
    pub fn start() -> Result<Self> {
        Self::started(Command::new(SCRIPT))
    }

    /// It dies. Answers how to bring it back.
    #[must_use]
    pub fn die(self) -> Dead {
        Dead { port: self.port }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    fn started(mut script: Command) -> Result<Self> {
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut told = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut told)?;
        }
        match told.trim().strip_prefix("ready ").and_then(|port| port.parse().ok()) {
            Some(port) => Ok(Self { child, port }),
            None => Err(Error::other(format!("{SCRIPT} did not start a NATS: it says why above"))),
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It has ended when this answers.
        let _ = self.child.wait();
    }
}

/// A server that is dead for now.
pub struct Dead {
    port: u16,
}

impl Dead {
    /// It comes back at the same address.
    pub fn come_back(self) -> Result<Broker> {
        let mut script = Command::new(SCRIPT);
        script.arg(self.port.to_string());
        Broker::started(script)
    }
}
