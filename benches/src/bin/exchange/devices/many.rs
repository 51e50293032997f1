//! Many devices do their first sync at once, as tasks in a few processes.

use super::scene::Scene;
use anyhow::{Context, Result, bail, ensure};
use benches::child::{Partner, say};
use benches::rep::Rep;
use benches::report::{Figure, Report, progress};
use benches::samples::Samples;
use benches::workload::People;
use std::io::BufRead;
use std::time::Instant;
use tokio::task::JoinSet;

/// The part of a child that is some of them.
pub const PART: &str = "devices";
/// Processes that the devices share.
const PROCESSES: usize = 4;
const BAR_S: f64 = 30.0;
/// Seeds of devices begin here, so that none is one that was there before.
const SEEDS: usize = 1_000;

/// All at once.
pub fn measure(report: Report, scene: &mut Scene, devices: usize) -> Result<Report> {
    progress(&format!("{devices} devices sign in"));
    scene.restart()?;
    let mut processes = Vec::new();
    for n in 0..PROCESSES {
        let count = devices / PROCESSES + usize::from(n < devices % PROCESSES);
        let (count, seed) = (count.to_string(), (SEEDS * (n + 1)).to_string());
        let part = [PART, &scene.server.address, &count, &seed, scene.family()?];
        processes.push(Partner::of_this_program(&part)?);
    }
    processes.iter_mut().try_for_each(|process| process.hear().map(drop))?;
    progress("and sync");
    let begin = Instant::now();
    processes.iter_mut().try_for_each(|process| process.tell("go"))?;
    let mut slowest = Vec::new();
    for process in &mut processes {
        slowest.push(process.hear()?);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let peak = scene.server.process.used()?.peak_megabytes;
    Ok(report
        .figure(Figure::at_most("w5_seconds", seconds, "s", BAR_S))
        .figure(Figure::free("w5_peak_rss_mb", peak, "MB"))
        .note(format!("{devices} devices at once in {PROCESSES} processes: {}", slowest.join("; "))))
}

/// In the child: signs devices in, waits for the word, and lets all of them sync.
pub async fn run(part: &[String]) -> Result<()> {
    let [address, count, seed, family] = part else {
        bail!("devices need an address, a count, a seed and a name")
    };
    let (count, seed): (u64, u64) = (count.parse()?, seed.parse()?);
    let hand = People::working_with(1).hands[0];
    let mut reps = Vec::new();
    for n in 0..count {
        reps.push(Rep::signed_in(address, hand, seed + n).await?);
    }
    say("ready");
    let heard = tokio::task::spawn_blocking(|| std::io::stdin().lock().lines().next());
    ensure!(heard.await?.context("nobody gave the word")?? == "go", "an unknown word");
    let mut syncs = JoinSet::new();
    for rep in reps {
        let family = family.clone();
        syncs.spawn(async move { rep.first(&family).await.map(|first| (rep, first)) });
    }
    let (mut times, mut done) = (Samples::default(), Vec::new());
    while let Some(synced) = syncs.join_next().await {
        let (rep, first) = synced??;
        times.push(first.time);
        done.push(rep);
    }
    say(&times.summary()?);
    Ok(())
}
