//! The database under the story: three nodes of PostgreSQL that Patroni keeps, and the means to kill them. The script
//! starts and ends everything; who leads is asked from Patroni itself.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../script/patroni.sh");

/// A node that is asked how it is, and says nothing for so long, is not well.
const PATIENCE: Duration = Duration::from_secs(2);

/// One of the three machines, from 1.
pub type Node = usize;

/// How a node fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The machine: Patroni and PostgreSQL die at once.
    Machine,
    /// PostgreSQL alone; its Patroni sees it and gives the lead away.
    Postgres,
}

/// The cluster. It ends with this, or with the program.
pub struct Cluster {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    databases: Vec<String>,
    patronis: Vec<String>,
    http: reqwest::Client,
}

impl Cluster {
    /// Starts all of it. It can be written when this answers.
    pub fn start() -> Result<Self> {
        let mut child = Command::new(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take();
        let mut answers = BufReader::new(child.stdout.take().context("the script has no output")?);
        let mut told = String::new();
        answers.read_line(&mut told)?;
        let words: Vec<_> = told.split_whitespace().collect();
        let ["ready", databases, patronis] = words[..] else {
            bail!("{SCRIPT} did not start a cluster: it says why above");
        };
        let [databases, patronis] = [databases, patronis]
            .map(|ports| ports.split(',').map(|port| format!("127.0.0.1:{port}")).collect());
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { child, orders, answers, databases, patronis, http })
    }

    /// The address that names all nodes.
    pub fn address(&self) -> String {
        format!("postgres://rounds@{}/rounds?target_session_attrs=read-write", self.databases.join(","))
    }

    /// A node fails, at this moment.
    pub fn strike(&mut self, node: Node, blow: Blow) -> Result<()> {
        self.order(if blow == Blow::Machine { "kill" } else { "crash" }, node)
    }

    /// A machine that was killed is switched on again.
    pub fn switch_on(&mut self, node: Node) -> Result<()> {
        self.order("start", node)
    }

    fn order(&mut self, command: &str, node: Node) -> Result<()> {
        let orders = self.orders.as_mut().context("the script has no input")?;
        writeln!(orders, "{command} {node}")?;
        orders.flush()?;
        let mut done = String::new();
        self.answers.read_line(&mut done)?;
        ensure!(done.trim() == "done", "the script does not answer");
        Ok(())
    }

    /// The node that leads.
    pub async fn leader(&self) -> Option<Node> {
        self.first("primary").await
    }

    /// The node that has all that was acknowledged, and may lead next.
    pub async fn follower(&self) -> Option<Node> {
        self.first("synchronous").await
    }

    async fn first(&self, role: &str) -> Option<Node> {
        for (node, patroni) in (1..).zip(&self.patronis) {
            let answer = self.http.get(format!("http://{patroni}/{role}")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Some(node);
            }
        }
        None
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.orders.take());
        // It removes its data; a failure leaves a folder in the place for temporary ones.
        let _ = self.child.wait();
    }
}
