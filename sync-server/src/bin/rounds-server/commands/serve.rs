//! `serve`: runs until SIGTERM or Ctrl-C, then finishes what was begun.

use super::At;
use anyhow::{Context, Result};
use clap::Args;
use std::net::SocketAddr;
use sync_server::{Chance, Clock, Config};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// What it can be told.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    at: At,
    /// Where to listen: `127.0.0.1:8420`.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

pub async fn run(serve: Serve) -> Result<()> {
    let mut config = serve.at.config()?;
    config.listen = serve.listen.unwrap_or(config.listen);
    log(&config)?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let running = sync_server::start(config, Clock::of_machine(), Chance::of_machine()).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for Ctrl-C")?,
    }
    tracing::info!("stopping");
    running.stop().await?;
    Ok(())
}

fn log(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log).context("the setting `log` is wrong")?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        lines.json().init();
    } else {
        lines.init();
    }
    Ok(())
}
