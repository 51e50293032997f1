//! How many devices with nothing to say a core answers: the request of one device again and again, many at once, divided
//! by the time that the server's process had a core.

use anyhow::{Context, Result};
use benches::company::{self, Server};
use benches::rep::Rep;
use benches::report::{Figure, Report, progress};
use benches::tap::Asked;
use benches::workload::{CHANGES, Workload};
use device::{Clock, HttpTransport, SystemClock, Transport};
use std::time::Instant;
use tokio::task::JoinSet;

/// Requests that are on their way at once.
const AT_ONCE: usize = 16;
const REQUESTS: usize = 20_000;
const BAR: f64 = 3_000.0;

/// Measures it.
pub async fn measure(report: Report, documents: usize) -> Result<Report> {
    progress("filling the server");
    let (now, folder) = (SystemClock.now(), tempfile::tempdir()?);
    let workload = Workload::of(documents, &CHANGES, now)?;
    company::filled(&company::config(folder.path(), None), &workload, now).await?;
    let server = Server::start(folder.path(), None)?;
    let rep = Rep::signed_in(&server.address, workload.people.hands[0], 1).await?;
    rep.exchange().await?;
    rep.exchange().await?;
    progress("idle syncs");
    let asked = rep.tap.asked().context("nothing was asked")?;
    flood(&server.address, &asked, REQUESTS / 10).await?;
    let (before, begin) = (server.process.used()?.processor, Instant::now());
    flood(&server.address, &asked, REQUESTS).await?;
    let (time, used) = (begin.elapsed().as_secs_f64(), server.process.used()?.processor - before);
    let per_core = REQUESTS as f64 / used.as_secs_f64();
    Ok(report.figure(Figure::at_least("idle_syncs_per_core_s", per_core, "syncs/s", BAR)).note(format!(
        "idle syncs on SQLite: {:.0} us of a core each, {AT_ONCE} at once, {:.0} a second beside the client that asks \
         on the same machine",
        used.as_secs_f64() * 1e6 / REQUESTS as f64,
        REQUESTS as f64 / time
    )))
}

async fn flood(address: &str, asked: &Asked, requests: usize) -> Result<()> {
    let mut hands = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (server, (access, frame)) = (HttpTransport::new(address)?, asked.clone());
        hands.spawn(async move {
            for _ in 0..requests / AT_ONCE {
                server.sync(access.clone(), frame.clone()).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    Ok(())
}
