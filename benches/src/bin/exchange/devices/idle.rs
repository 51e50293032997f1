//! Nothing changed: how much travels, and what it costs the server, with the documents of a rep and with ten times as
//! many.

use super::scene::Scene;
use anyhow::{Result, ensure};
use benches::rep::Rep;
use benches::report::{Figure, Report, progress};
use benches::samples::Samples;
use benches::tap::Traffic;

/// Exchanges that are measured: the system counts time in hundredths of a second.
const EXCHANGES: u32 = 1_000;
const REQUESTS_BAR: f64 = 1.0;
const BYTES_BAR: f64 = 1_024.0;
const PROCESSOR_BAR_MS: f64 = 1.0;

struct Idle {
    traffic: Traffic,
    times: Samples,
    processor_ms: f64,
}

/// With the documents of the scene.
pub async fn measure(report: Report, scene: &Scene, rep: &Rep) -> Result<Report> {
    progress("nothing changed");
    let idle = exchanges(scene, rep).await?;
    Ok(report
        .figure(Figure::at_most("w2_requests", f64::from(idle.traffic.requests), "requests", REQUESTS_BAR))
        .figure(Figure::at_most("w2_bytes", idle.traffic.bytes() as f64, "bytes", BYTES_BAR))
        .figure(Figure::at_most("w2_server_cpu_ms", idle.processor_ms, "ms", PROCESSOR_BAR_MS))
        .note(format!(
            "nothing changed: {} bytes up and {} down in the bodies, beside what HTTP adds; {}",
            idle.traffic.up,
            idle.traffic.down,
            idle.times.summary()?
        )))
}

/// With many documents. Each has one change: how many there are is in question, not how long their past is.
pub async fn measure_large(report: Report, documents: usize) -> Result<Report> {
    let mut scene = Scene::set(documents, &(1..=1)).await?;
    progress("first sync of many documents");
    let (reps, firsts, _) = scene.first_syncs(1).await?;
    let mut report = report.note(format!(
        "{documents} documents with one change each: first sync {:.1} s",
        firsts.percentile(50)? / 1_000.0
    ));
    for rep in &reps {
        let idle = exchanges(&scene, rep).await?;
        let bytes = idle.traffic.bytes() as f64;
        ensure!(idle.traffic.requests == 1, "{} requests when nothing changed", idle.traffic.requests);
        report = report
            .figure(Figure::at_most("w2_bytes_200k", bytes, "bytes", BYTES_BAR))
            .note(format!("and nothing changed: {:.3} ms of the server's processor", idle.processor_ms));
    }
    Ok(report)
}

async fn exchanges(scene: &Scene, rep: &Rep) -> Result<Idle> {
    let mut traffic = rep.exchange().await?.traffic;
    let (mut times, before) = (Samples::default(), scene.server.process.used()?);
    for _ in 0..EXCHANGES {
        let exchanged = rep.exchange().await?;
        // They differ by a byte or two: an answer says what time it is.
        traffic = std::cmp::max_by_key(traffic, exchanged.traffic, Traffic::bytes);
        ensure!(exchanged.traffic.requests == traffic.requests, "idle exchanges differ");
        times.push(exchanged.time);
    }
    let processor = scene.server.process.used()?.processor - before.processor;
    let processor_ms = processor.as_secs_f64() * 1_000.0 / f64::from(EXCHANGES);
    Ok(Idle { traffic, times, processor_ms })
}
