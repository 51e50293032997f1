//! Figures and how they are said: readable, or as one JSON object. A bar that does not hold is said plainly and ends
//! nothing: what to make of it is for whoever asked.

use crate::machine;
use anyhow::Result;
use serde::Serialize;

/// What one benchmark found.
#[derive(Debug, Serialize)]
pub struct Report {
    bench: &'static str,
    machine: String,
    figures: Vec<Figure>,
    /// What else was measured on the way, in words.
    notes: Vec<String>,
}

/// One published figure. Names are kept for good.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// What the figure was measured against in the same run, where it is a ratio.
    baseline: Option<f64>,
    /// The most, or the least, that it may be, where there is a bar.
    bar: Option<f64>,
    holds: bool,
    #[serde(skip)]
    least: bool,
}

impl Figure {
    /// A figure that may be anything.
    #[must_use]
    pub fn free(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, value: rounded(value), unit, baseline: None, bar: None, holds: true, least: false }
    }

    /// A figure that may be at most `bar`.
    #[must_use]
    pub fn at_most(name: &'static str, value: f64, unit: &'static str, bar: f64) -> Self {
        // Judged before it is rounded.
        Self { bar: Some(bar), holds: value <= bar, ..Self::free(name, value, unit) }
    }

    /// A figure that must be at least `bar`.
    #[must_use]
    pub fn at_least(name: &'static str, value: f64, unit: &'static str, bar: f64) -> Self {
        Self { bar: Some(bar), holds: value >= bar, least: true, ..Self::free(name, value, unit) }
    }

    /// A figure that means nothing, because what was measured did not do its work.
    #[must_use]
    pub fn broken(self) -> Self {
        Self { holds: false, ..self }
    }

    /// With what it was measured against in the same run.
    #[must_use]
    pub fn against(self, baseline: f64) -> Self {
        Self { baseline: Some(rounded(baseline)), ..self }
    }

    /// The ratio of a value to the baseline's.
    #[must_use]
    pub fn ratio(name: &'static str, value: f64, baseline: f64, bar: Option<f64>) -> Self {
        let ratio = value / baseline;
        let figure =
            bar.map_or(Self::free(name, ratio, "ratio"), |bar| Self::at_most(name, ratio, "ratio", bar));
        figure.against(baseline)
    }
}

impl Report {
    /// Nothing found yet, on this machine.
    #[must_use]
    pub fn new(bench: &'static str) -> Self {
        Self { bench, machine: machine::described(), figures: Vec::new(), notes: Vec::new() }
    }

    /// One more figure.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }

    /// More figures.
    #[must_use]
    pub fn figures(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    /// What else was measured.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Prints as one JSON object when the command line has `--json`, else as text.
    #[allow(clippy::print_stdout, reason = "the figures are what people start this program for")]
    pub fn print(&self) -> Result<()> {
        if std::env::args().any(|argument| argument == "--json") {
            println!("{}", serde_json::to_string(self)?);
        } else {
            println!("{}", self.text());
        }
        Ok(())
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{} on {}", self.bench, self.machine)];
        lines.extend(self.figures.iter().map(line));
        lines.extend(self.notes.iter().map(|note| format!("  - {note}")));
        lines.join("\n")
    }
}

fn line(figure: &Figure) -> String {
    let side = if figure.least { "at least" } else { "at most" };
    let verdict = match (figure.bar, figure.holds) {
        (Some(bar), true) => format!("{side} {bar}: holds"),
        (Some(bar), false) => format!("{side} {bar}: DOES NOT HOLD"),
        (None, _) => String::new(),
    };
    let baseline = figure.baseline.map(|baseline| format!(" (baseline {baseline})")).unwrap_or_default();
    format!("  {:<18} {:>10} {}{baseline}  {verdict}", figure.name, figure.value, figure.unit)
}

/// Three digits after the point: more would be noise.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Tells a waiting person how far a long step is.
#[allow(clippy::print_stderr, reason = "progress must not mix with the figures")]
pub fn progress(what: &str) {
    eprintln!("{what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_holds_up_to_its_value_and_is_judged_before_rounding() {
        assert!(Figure::at_most("x", 2.0, "ratio", 2.0).holds);
        assert!(!Figure::at_most("x", 2.000_1, "ratio", 2.0).holds);
        assert!(
            Figure::at_least("x", 5.0, "times", 5.0).holds && !Figure::at_least("x", 4.9, "times", 5.0).holds
        );
        let ratio = Figure::ratio("x", 9.0, 3.0, Some(2.0));
        assert_eq!((ratio.value, ratio.baseline, ratio.holds), (3.0, Some(3.0), false));
    }

    #[test]
    fn a_broken_bar_is_said_in_capitals() {
        let report = Report::new("capture").figure(Figure::at_most("save_p50_ratio", 3.0, "ratio", 2.0));
        assert!(report.text().contains("DOES NOT HOLD"));
    }
}
