//! What devices and server say to each other, measured: `exchange sync|server|growth [PART...]`. One program for the
//! three, because it is linked with everything that there is.

mod devices;
mod growth;
mod server;

use anyhow::{Context, Result, bail};
use benches::peers::samod;
use benches::wanted::Wanted;
use benches::{child, company};

#[tokio::main]
async fn main() -> Result<()> {
    if let Some(part) = child::part() {
        return play(&part).await;
    }
    let wanted = Wanted::read();
    match wanted.bench() {
        Some("sync") => devices::measure(&wanted).await,
        Some("server") => server::measure(&wanted).await,
        Some("growth") => growth::measure(&wanted).await,
        other => bail!("`sync`, `server` or `growth`, not {other:?}"),
    }
}

/// What this process was started for by another one.
async fn play(part: &[String]) -> Result<()> {
    let (name, rest) = part.split_first().context("no part")?;
    match name.as_str() {
        company::SERVE => company::serve(rest).await,
        devices::many::PART => devices::many::run(rest).await,
        samod::PART => samod::run(rest).await,
        other => bail!("no such part: {other}"),
    }
}
