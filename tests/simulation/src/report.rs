//! What many runs come to: the published figures, and for each failure the one command that plays it again.

use crate::history::Ended;
use crate::wrong::{Ill, Wrong};
use serde_json::{Value, json};
use std::fmt::{self, Write as _};

/// A run in which something did not hold.
#[derive(Debug, Clone)]
pub struct Failure {
    replay: String,
    wrong: Vec<Wrong>,
    trace: Vec<String>,
}

impl Failure {
    /// What happened, a line for each step.
    #[must_use]
    pub fn trace(&self) -> String {
        let numbered = self.trace.iter().enumerate().map(|(n, step)| format!("  {:>4} {step}", n + 1));
        numbered.collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wrong.iter().try_for_each(|wrong| writeln!(f, "{wrong}"))?;
        write!(f, "  again: {}", self.replay)
    }
}

/// All runs.
#[derive(Debug, Clone, Default)]
pub struct Report {
    runs: u64,
    operations: u64,
    failures: Vec<Failure>,
}

impl Report {
    /// One more run, and the command that plays it again. A run that could not go on counts as stalled. Answers what
    /// failed in it.
    pub fn add(&mut self, ended: anyhow::Result<Ended>, replay: String) -> Option<&Failure> {
        self.runs += 1;
        let ended = ended.unwrap_or_else(|error| Ended {
            wrong: vec![Wrong { ill: Ill::Stalled, what: format!("it could not go on: {error:#}") }],
            ..Ended::default()
        });
        self.operations += ended.operations;
        if ended.wrong.is_empty() {
            return None;
        }
        self.failures.push(Failure { replay, wrong: ended.wrong, trace: ended.trace });
        self.failures.last()
    }

    /// Runs in which something did not hold.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Everything held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }

    fn count(&self, ill: Ill) -> usize {
        self.failures.iter().flat_map(|failure| &failure.wrong).filter(|wrong| wrong.ill == ill).count()
    }

    /// Names and values of the figures. All but the first must be zero.
    fn figures(&self) -> [(&'static str, u64); 5] {
        let count = |ill| self.count(ill) as u64;
        [
            ("operations", self.operations),
            ("lost", count(Ill::Lost)),
            ("stalled", count(Ill::Stalled)),
            ("diverged", count(Ill::Diverged)),
            ("leaked", count(Ill::Leaked)),
        ]
    }

    /// One JSON object, in the shape of the benchmarks.
    #[must_use]
    pub fn json(&self) -> Value {
        let figure = |(name, value): (&str, u64)| {
            let bar = (name != "operations").then_some(0);
            let holds = bar.is_none() || value == 0;
            json!({ "name": name, "value": value, "unit": "count", "baseline": null, "bar": bar, "holds": holds })
        };
        let machine = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let notes = [format!("{} runs", self.runs)];
        json!({ "bench": "faults", "machine": machine, "figures": self.figures().map(figure), "notes": notes })
    }

    /// The same for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("faults, {} runs\n", self.runs);
        for (name, value) in self.figures() {
            // Writing into a text cannot fail.
            let _ = writeln!(text, "  {name:<10} {value}");
        }
        text
    }
}
