//! `sync`: what it costs a device to be in step with its server, against other sync engines with the same documents in
//! the same run.
//!
//! All of it, or the parts that are named: `w1` first sync, `w2` nothing changed, `w3` one in a hundred changed, `w4`
//! four weeks offline, `w5` many devices at once, `w6` people leave, `peers` or the name of one of them. `--documents N`
//! and `--devices N` are for trying: figures are published with the numbers that stand here.

mod idle;
pub mod many;
mod peers;
mod people_leave;
mod scene;
mod weeks;

use anyhow::{Context, Result};
use benches::plot::{Bar, Plot};
use benches::report::{Figure, Report, progress};
use benches::wanted::Wanted;
use peers::Measured;
use scene::Scene;

const DOCUMENTS: usize = 20_000;
const DEVICES: usize = 100;
/// First syncs that are measured.
const FIRSTS: u64 = 3;
const FIRST_BAR_S: f64 = 2.0;
const SPEEDUP_BAR: f64 = 5.0;

/// Measures all that is wanted.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    let mut report = Report::new("sync");
    let documents = wanted.number("--documents", DOCUMENTS)?;
    let (mut ours, mut theirs) = (peers::Ours::default(), Vec::new());
    if wanted.has_any(&["w1", "w2", "w3", "w4", "w5", "w6"]) || peers::are_wanted(wanted) {
        let mut scene = Scene::set(documents, &benches::workload::CHANGES).await?;
        report = report.note(scene.told());
        if wanted.has_any(&["w1", "w2", "w3", "w4", "w6"]) {
            report = alone(report, wanted, &mut scene, &mut ours).await?;
        }
        if wanted.has("w5") {
            let devices = wanted.number("--devices", DEVICES)?;
            report = many::measure(report, &mut scene, devices)?;
        }
        if peers::are_wanted(wanted) {
            (report, theirs) = peers::measure(report, wanted, &scene)?;
        }
    }
    if wanted.has("w2") {
        report = idle::measure_large(report, documents * 10).await?;
    }
    report = speedups(report, &ours, &theirs);
    if documents == DOCUMENTS {
        draw(&ours, &theirs)?;
    } else {
        report = report.note(format!(
            "a try: {documents} documents, not {DOCUMENTS}; no figure of it is to be published"
        ));
    }
    report.print()
}

/// What one device does.
async fn alone(
    mut report: Report,
    wanted: &Wanted,
    scene: &mut Scene,
    ours: &mut peers::Ours,
) -> Result<Report> {
    progress("first sync");
    let (reps, times, traffic) = scene.first_syncs(FIRSTS).await?;
    if wanted.has("w1") {
        let seconds = times.percentile(50)? / 1_000.0;
        ours.first = Some(seconds);
        report = report
            .figure(Figure::at_most("w1_seconds", seconds, "s", FIRST_BAR_S))
            .note(format!("first sync: {}", times.summary()?))
            .note(format!(
                "first sync: {} requests, {:.2} MB down",
                traffic.requests,
                traffic.down as f64 / 1e6
            ));
    }
    let [at_work, leaving] = [0, 1].map(|n| reps.get(n).context("no device"));
    let (at_work, leaving) = (at_work?, leaving?);
    if wanted.has("w2") {
        report = idle::measure(report, scene, at_work).await?;
    }
    if wanted.has("w6") {
        report = people_leave::measure(report, scene, leaving).await?;
    }
    if wanted.has("w3") {
        report = weeks::hundredth(report, scene, at_work).await?;
    }
    if wanted.has("w4") {
        let seconds;
        (report, seconds) = weeks::measure(report, scene, at_work).await?;
        ours.weeks = Some(seconds);
    }
    Ok(report)
}

fn speedups(report: Report, ours: &peers::Ours, theirs: &[Measured]) -> Report {
    let speedup = |name, ours: Option<f64>, of: fn(&Measured) -> f64| {
        let fastest = theirs.iter().map(of).min_by(f64::total_cmp)?;
        Some(Figure::at_least(name, fastest / ours?, "times", SPEEDUP_BAR).against(fastest))
    };
    let first = speedup("w1_speedup", ours.first, |measured| measured.first);
    let weeks = speedup("w4_speedup", ours.weeks, |measured| measured.weeks);
    report.figures([first, weeks].into_iter().flatten())
}

fn draw(ours: &peers::Ours, theirs: &[Measured]) -> Result<()> {
    let plot = |title: &str, subtitle: &str, most, ours: f64, of: fn(&Measured) -> f64| {
        let bar = |label: &str, value, ours| Bar { label: label.to_owned(), value, ours };
        let peers = theirs.iter().map(|measured| bar(measured.peer.name, of(measured), false));
        let bars = [bar("Rounds", ours, true)].into_iter().chain(peers).collect();
        Plot { title: title.to_owned(), subtitle: subtitle.to_owned(), unit: "s", most: Some(most), bars }
    };
    let (Some(first), Some(weeks), false) = (ours.first, ours.weeks, theirs.is_empty()) else {
        return Ok(());
    };
    let documents = "20,000 documents on an empty device; the dashed line is the bar";
    plot("First sync", documents, FIRST_BAR_S, first, |measured| measured.first).save("sync-first")?;
    let edits = "300 edits up, 2,000 changes down; the dashed line is the bar";
    plot("Four weeks offline", edits, weeks::BAR_MS / 1_000.0, weeks, |measured| measured.weeks)
        .save("sync-weeks")
}
