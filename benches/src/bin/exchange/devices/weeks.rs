//! Something changed: one document in a hundred by somebody else, or on both sides for four weeks without a network.

use super::scene::Scene;
use anyhow::{Context, Result};
use benches::colleague::{Colleague, carried};
use benches::rep::Rep;
use benches::report::{Figure, Report, progress};
use benches::samples::Samples;
use benches::workload::Weeks;

/// How often four weeks are measured, each time with other documents.
const ROUNDS: usize = 3;
pub const BAR_MS: f64 = 500.0;
const RATIO_BAR: f64 = 1.3;
/// As the frames of the wire are compressed.
const LEVEL: i32 = 3;

/// One document in a hundred.
pub async fn hundredth(report: Report, scene: &Scene, rep: &Rep) -> Result<Report> {
    progress("one document in a hundred changed");
    let changed = scene.workload.hundredth()?;
    colleague(scene).await?.push(&changed).await?;
    let exchanged = rep.exchange().await?;
    Ok(report.figure(Figure::free("w3_seconds", exchanged.time.as_secs_f64(), "s")).note(format!(
        "one in a hundred changed: {} changes, {} requests, {} bytes down",
        changed.len(),
        exchanged.traffic.requests,
        exchanged.traffic.down
    )))
}

/// Four weeks. Answers their seconds too.
pub async fn measure(mut report: Report, scene: &Scene, rep: &Rep) -> Result<(Report, f64)> {
    let (mut times, mut ratio, mut plain, mut requests) = (Samples::default(), 0.0_f64, 0, 0);
    let colleague = colleague(scene).await?;
    for round in 0..ROUNDS {
        progress(&format!("four weeks offline, {} of {ROUNDS}", round + 1));
        let weeks = scene.workload.weeks(round)?;
        rep.edit(&weeks.up).await?;
        colleague.push(&weeks.down).await?;
        let exchanged = rep.exchange().await?;
        times.push(exchanged.time);
        plain = themselves(rep, &weeks)?;
        ratio = ratio.max(exchanged.traffic.bytes() as f64 / plain as f64);
        requests = requests.max(exchanged.traffic.requests);
        report = report.note(format!(
            "four weeks: {} edits up, {} changes down, {} requests, {} bytes up, {} down",
            weeks.up.len(),
            weeks.down.len(),
            exchanged.traffic.requests,
            exchanged.traffic.up,
            exchanged.traffic.down
        ));
    }
    let milliseconds = times.percentile(50)?;
    let report = report
        .figure(Figure::at_most("w4_seconds", milliseconds / 1_000.0, "s", BAR_MS / 1_000.0))
        .figure(Figure::at_most("w4_bytes_ratio", ratio, "ratio", RATIO_BAR).against(plain as f64))
        .note(format!("four weeks: {}; at most {requests} round trips", times.summary()?));
    Ok((report, milliseconds / 1_000.0))
}

/// Bytes of the changes themselves, both ways, compressed as the wire compresses.
fn themselves(rep: &Rep, weeks: &Weeks) -> Result<usize> {
    let (_, frame) = rep.tap.asked().context("nothing was asked")?;
    let (up, down): (Vec<u8>, Vec<u8>) = (
        carried(&frame)?.concat(),
        weeks.down.iter().flat_map(|later| later.change.bytes.iter().copied()).collect(),
    );
    Ok(zstd::bulk::compress(&up, LEVEL)?.len() + zstd::bulk::compress(&down, LEVEL)?.len())
}

async fn colleague(scene: &Scene) -> Result<Colleague> {
    Colleague::signed_in(&scene.server.address, scene.workload.people.hands[1]).await
}
