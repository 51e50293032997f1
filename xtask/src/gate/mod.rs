//! `test`: the gate. Its steps are one list, in the order in which they tell the most for the least time.
//! What a step does belongs in a file of its own.

mod host;
mod outside;
mod screens;
mod supply;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{schema, tidy};

/// One step of the gate.
struct Step {
    name: &'static str,
    run: fn(&Place) -> Result<Outcome>,
}

/// How a step ended when it did not fail.
pub enum Outcome {
    /// It ran and held.
    Held,
    /// It could not run here, and why.
    Skipped(&'static str),
}

/// Every step. A new kind of test is one line here.
const STEPS: &[Step] = &[
    Step { name: "format", run: host::format },
    Step { name: "tidy", run: |place| held(tidy::check(place)) },
    Step { name: "schema", run: |place| held(schema::check(place)) },
    Step { name: "bundle", run: screens::bundle },
    Step { name: "clippy", run: host::clippy },
    Step { name: "clippy-ui", run: screens::clippy },
    Step { name: "supply", run: supply::check },
    Step { name: "build", run: host::build },
    Step { name: "tests", run: host::tests },
    Step { name: "tests-ui", run: screens::tests },
    Step { name: "e2e", run: outside::browser },
    Step { name: "window", run: outside::window },
    Step { name: "run", run: outside::demo },
];

/// `xtask test`: all steps, or only those named. Stops at the first that fails.
pub fn run(place: &Place, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known = STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(" ");
        bail!("there is no step `{unknown}`; the steps are: {known}");
    }
    let chosen: Vec<_> =
        STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|n| n == step.name)).collect();
    let start = Instant::now();
    let mut report = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        println!("\n==> {} of {}: {}", index + 1, chosen.len(), step.name);
        report.push(line(step, place)?);
    }
    println!("\nThe gate is green after {}.\n{}", seconds(start.elapsed()), report.join("\n"));
    Ok(())
}

fn line(step: &Step, place: &Place) -> Result<String> {
    let start = Instant::now();
    let outcome = (step.run)(place).with_context(|| format!("the step `{}` failed", step.name))?;
    let note = match outcome {
        Outcome::Held => String::new(),
        Outcome::Skipped(reason) => format!("  skipped: {reason}"),
    };
    let line = format!("  {:<10} {:>8}{note}", step.name, seconds(start.elapsed()));
    println!("{line}");
    Ok(line)
}

fn held(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Held)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_does_not_exist_is_refused_with_the_names_that_do() {
        let place = Place { root: "/".into(), target: "/".into() };
        let error = run(&place, &["clipy".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("clipy") && error.contains("clippy"), "{error}");
    }

    #[test]
    fn steps_have_different_names() {
        let names: std::collections::BTreeSet<_> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }
}
