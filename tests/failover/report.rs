//! What was measured on the way, in the form of the published figures.

use crate::cluster::Blow;
use crate::journal::{Kind, Pages};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// The figures.
pub struct Report(Vec<(&'static str, f64, &'static str)>);

impl Report {
    /// Of what the journal says, and when primaries were killed.
    pub fn of(pages: &Pages, kills: &[(Instant, Blow)]) -> Self {
        let answers = |kind| count(pages.answers.get(&kind).copied().unwrap_or_default());
        let machines = kills.iter().filter(|(_, blow)| *blow == Blow::Machine).count();
        let mut pauses = pauses(pages, kills);
        pauses.sort();
        let median = pauses.get(pauses.len() / 2).copied().unwrap_or_default();
        let worst = pauses.last().copied().unwrap_or_default();
        Self(vec![
            ("kills", count(kills.len()), "kills"),
            ("kills_of_machines", count(machines), "kills"),
            ("acknowledged", count(pages.acknowledged.len()), "changes"),
            // The story fails where one is.
            ("lost", 0.0, "changes"),
            ("pause_p50_seconds", median.as_secs_f64(), "s"),
            ("pause_worst_seconds", worst.as_secs_f64(), "s"),
            ("answers_taken", answers(Kind::Taken), "answers"),
            ("answers_busy", answers(Kind::Busy), "answers"),
            ("answers_none", answers(Kind::Silence), "requests"),
            ("answers_other", answers(Kind::Other), "answers"),
        ])
    }

    /// Prints them, and writes them as one JSON object where the environment says.
    pub fn tell(&self) -> Result<()> {
        for (name, value, unit) in &self.0 {
            println!("  {name:<20} {value:>10.1} {unit}");
        }
        if let Some(file) = std::env::var_os("ROUNDS_FAILOVER_REPORT") {
            std::fs::write(file, self.json().to_string())?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let figure = |(name, value, unit): &(&str, f64, &str)| {
            let bar = matches!(*name, "lost" | "answers_other").then_some(0.0);
            json!({"name": name, "value": value, "unit": unit, "baseline": null, "bar": bar,
                "holds": bar.is_none_or(|bar| *value <= bar)})
        };
        let figures: Vec<_> = self.0.iter().map(figure).collect();
        json!({"bench": "failover", "machine": machine(), "figures": figures})
    }
}

/// For each kill, the longest time around it in which no push was acknowledged: from the last one before it, to the next
/// kill.
fn pauses(pages: &Pages, kills: &[(Instant, Blow)]) -> Vec<Duration> {
    let ends = kills.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
    let around = |((kill, _), end): (&(Instant, Blow), Option<Instant>)| {
        let first = pages.moments.partition_point(|at| at < kill).saturating_sub(1);
        let last = end.map_or(pages.moments.len(), |end| pages.moments.partition_point(|at| *at < end));
        let moments = pages.moments.get(first..last).unwrap_or_default();
        moments.windows(2).map(|two| two[1] - two[0]).max().unwrap_or_default()
    };
    kills.iter().zip(ends).map(around).collect()
}

#[allow(clippy::cast_precision_loss, reason = "no count here is beyond what is exact")]
fn count(number: usize) -> f64 {
    number as f64
}

fn machine() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = load.split_whitespace().next().unwrap_or("unknown");
    format!("{} {}, {cores} cores, load {load}", std::env::consts::OS, std::env::consts::ARCH)
}
