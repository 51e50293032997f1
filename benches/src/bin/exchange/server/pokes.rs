//! What ten thousand devices that wait for a poke cost: each with a session and a connection of its own, and nothing to
//! tell them.

use anyhow::{Context, Result};
use benches::company::{self, PASSWORD, Server};
use benches::report::{Figure, Report, progress};
use benches::workload::{Hand, People};
use device::{Clock, HttpTransport, Pokes, SystemClock, Transport};
use domain::ids::DeviceId;
use sync::json::SignIn;
use tokio::task::JoinSet;
use uuid::Uuid;

/// As many as are published.
pub const STREAMS: usize = 10_000;
/// Devices that sign in at once.
const AT_ONCE: usize = 16;
const BAR_MB: f64 = 500.0;

/// Measures it.
pub async fn measure(report: Report, streams: usize) -> Result<Report> {
    progress(&format!("{streams} devices listen"));
    let (folder, people) = (tempfile::tempdir()?, People::working_with(1));
    let store = sync_server::open(&company::config(folder.path(), None)).await?;
    company::found(store.as_ref(), &people, SystemClock.now()).await?;
    store.close().await?;
    let server = Server::start(folder.path(), None)?;
    let before = server.process.used()?.peak_megabytes;
    let open = listen(&server.address, people.hands[0], streams).await?;
    let peak = server.process.used()?.peak_megabytes;
    Ok(report.figure(Figure::at_most("pokes_10k_rss_mb", peak, "MB", BAR_MB)).note(format!(
        "{} open streams of pokes, each with a session of its own: {peak:.0} MB resident at most, {before:.0} MB before them",
        open.len()
    )))
}

async fn listen(address: &str, hand: Hand, streams: usize) -> Result<Vec<Pokes>> {
    let server = HttpTransport::new(address)?;
    let (mut open, mut opening) = (Vec::new(), JoinSet::new());
    for n in 0..streams {
        if opening.len() == AT_ONCE {
            open.push(opening.join_next().await.context("nothing is opened")???);
        }
        let server = server.clone();
        opening.spawn(async move { one(&server, hand, n).await });
    }
    while let Some(opened) = opening.join_next().await {
        open.push(opened??);
    }
    Ok(open)
}

async fn one(server: &HttpTransport, hand: Hand, n: usize) -> Result<Pokes> {
    let device = DeviceId(Uuid::from_u128(0xF000_0000 + n as u128));
    let (user, password) = (hand.login.to_owned(), PASSWORD.to_owned());
    let access = server.sign_in(SignIn { user, password, device }).await?.access;
    Ok(server.poke(access).await?)
}
