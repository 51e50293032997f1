//! A throwaway PostgreSQL for the running program, and a database for each test in it. The database server ends with
//! the program, however that ends: it reads from a pipe that only the program holds open.

use std::io::{BufRead, BufReader, Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Starts the server, says where it listens, and ends it when its standard input closes.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../script/postgres.sh");

/// A database server of its own, with nothing in it. It ends when this is dropped.
pub struct Cluster {
    child: Child,
    port: u16,
    programs: PathBuf,
    databases: AtomicU32,
}

impl Cluster {
    /// Starts one with PostgreSQL's own options, such as `["-c", "fsync=off"]`.
    pub fn start(options: &[&str]) -> Result<Self> {
        let mut script = Command::new(SCRIPT);
        script.args(options).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn()?;
        let mut told = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut told)?;
        }
        let mut words = told.split_whitespace();
        match (words.next(), words.next().and_then(|port| port.parse().ok()), words.next()) {
            (Some("ready"), Some(port), Some(programs)) => {
                Ok(Self { child, port, programs: programs.into(), databases: AtomicU32::new(0) })
            }
            _ => Err(Error::other(format!("{SCRIPT} did not start a PostgreSQL: it says why above"))),
        }
    }

    /// Makes an empty database. Answers its address.
    pub fn database(&self) -> Result<String> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let mut createdb = Command::new(self.program("createdb"));
        let made = createdb.args(["-h", "127.0.0.1", "-p", &port, "-U", "rounds", &name]).output()?;
        if !made.status.success() {
            return Err(Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        Ok(format!("postgres://rounds@127.0.0.1:{port}/{name}"))
    }

    fn program(&self, name: &str) -> PathBuf {
        Path::new(&self.programs).join(name)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It removes its data; a failure leaves a folder in the place for temporary ones.
        let _ = self.child.wait();
    }
}

static OF_THIS_PROGRAM: OnceLock<std::result::Result<Cluster, String>> = OnceLock::new();

/// A new database on the server of this program, which starts with the first. It does not wait for the disk: tests that
/// claim durability start a [`Cluster`] of their own.
pub fn database() -> Result<String> {
    let start = || Cluster::start(&["-c", "fsync=off"]).map_err(|error| error.to_string());
    match OF_THIS_PROGRAM.get_or_init(start) {
        Ok(cluster) => cluster.database(),
        Err(error) => Err(Error::other(error.as_str())),
    }
}
