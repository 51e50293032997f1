//! Other sync engines with the same documents: server and client in processes of their own on the loopback, durable
//! storage on both sides, timed from outside. What each does stands in `benches/peers`, and in `samod` beside this.

pub mod samod;

use crate::child::Partner;
use crate::report::progress;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Where the programs of the peers are.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// A peer.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// As figures name it.
    pub name: &'static str,
    /// The figures of the first sync and of the weeks.
    pub figures: [&'static str; 2],
    /// Its program; none when it is a part of this one.
    program: Option<&'static str>,
    /// What it stores.
    pub stores: &'static str,
}

/// Every peer.
pub const ALL: [Peer; 3] = [
    Peer {
        name: "pouchdb",
        figures: ["w1_seconds_pouchdb", "w4_seconds_pouchdb"],
        program: Some("pouchdb.mjs"),
        stores: "PouchDB 9 with express-pouchdb and express 4 stores plain JSON and the tree of its revisions in LevelDB on \
                 both sides, in batches of 1,000; it keeps conflicts and does not merge",
    },
    Peer {
        name: "samod",
        figures: ["w1_seconds_samod", "w4_seconds_samod"],
        program: None,
        stores: "samod over TCP stores the same Automerge documents as files on both sides and tells nobody when they are \
                 written, so its clock stops when they are in memory; it is told the ids of the documents",
    },
    Peer {
        name: "automerge_repo",
        figures: ["w1_seconds_automerge_repo", "w4_seconds_automerge_repo"],
        program: Some("automerge_repo.mjs"),
        stores: "automerge-repo over websockets stores the same Automerge documents as files on both sides; it is told the \
                 ids of the documents",
    },
];

/// What a peer took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// The first sync.
    pub first: Duration,
    /// Four weeks.
    pub weeks: Duration,
}

impl Peer {
    /// Why it cannot be measured here, if it cannot.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        self.program?;
        let node = Command::new("node").arg("--version").output();
        if !node.is_ok_and(|output| output.status.success()) {
            return Some("Node.js is not installed".to_owned());
        }
        let packages = Path::new(PROGRAMS).join("node_modules");
        (!packages.is_dir()).then(|| format!("its packages are not installed: `npm ci` in {PROGRAMS}"))
    }

    /// Measures it with the workload that was written into a folder.
    pub fn measure(&self, workload: &Path, documents: usize) -> Result<Took> {
        progress(&format!("{}: filling its server", self.name));
        let folder = tempfile::tempdir()?;
        let start = |role: &str, more: &[&str]| self.start(role, &folder.path().join(role), workload, more);
        let (mut server, ready) = start("server", &[])?;
        let port = ready["port"].as_u64().context("the server of the peer does not say where it listens")?;
        let (mut client, _) = start("client", &[&port.to_string()])?;
        progress(&format!("{}: first sync", self.name));
        let begin = Instant::now();
        let stored = answer(&client.ask("first")?)?;
        let first = begin.elapsed();
        ensure!(stored["documents"] == documents, "{} stored {stored}, not {documents}", self.name);
        progress(&format!("{}: four weeks", self.name));
        client.ask("offline")?;
        server.ask("change")?;
        let begin = Instant::now();
        client.tell("weeks")?;
        server.ask("arrived")?;
        let came = client.hear()?;
        let weeks = begin.elapsed();
        progress(&format!(
            "{}: {:.2} s, {:.2} s, {came}",
            self.name,
            first.as_secs_f64(),
            weeks.as_secs_f64()
        ));
        Ok(Took { first, weeks })
    }

    fn start(&self, role: &str, folder: &Path, workload: &Path, more: &[&str]) -> Result<(Partner, Value)> {
        let (folder, workload) = (text(folder)?, text(workload)?);
        let arguments = [&[role, folder, workload], more].concat();
        let mut partner = match self.program {
            Some(program) => {
                let mut node = Command::new("node");
                // Twenty thousand documents in memory are more than what Node.js takes by itself.
                node.arg("--max-old-space-size=6144").arg(PathBuf::from(PROGRAMS).join(program));
                node.args(&arguments);
                Partner::start(node, self.name)?
            }
            None => Partner::of_this_program(&[&[samod::PART], arguments.as_slice()].concat())?,
        };
        let ready = answer(&partner.hear()?)?;
        Ok((partner, ready))
    }
}

fn answer(line: &str) -> Result<Value> {
    serde_json::from_str(line).with_context(|| format!("a peer said {line}"))
}

fn text(folder: &Path) -> Result<&str> {
    folder.to_str().context("the folder's name is not UTF-8")
}
