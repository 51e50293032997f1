//! `segments`: first copies of scopes, built now or looked at.

use super::{At, say};
use anyhow::Result;
use clap::{Args, Subcommand};
use std::sync::Arc;
use sync::ScopeId;
use sync::wire::segment::Manifest;
use sync_server::store::Store;
use sync_server::{Clock, Config, segments};

/// What it can be told.
#[derive(Subcommand)]
pub enum Segments {
    /// Build the copies that are due, or of the named scopes in any case. Works beside a running server.
    Build(Build),
    /// Print every copy as one JSON object per line.
    List(At),
}

#[derive(Args)]
pub struct Build {
    #[command(flatten)]
    at: At,
    /// Which, as `t:ID:commercial`.
    scopes: Vec<ScopeId>,
}

pub async fn run(segments: Segments) -> Result<()> {
    let at = match &segments {
        Segments::Build(build) => &build.at,
        Segments::List(at) => at,
    };
    let config = at.config()?;
    let store = sync_server::open(&config).await?;
    let done = match segments {
        Segments::Build(build) => self::build(&store, &config, build.scopes).await,
        Segments::List(_) => list(store.as_ref()).await,
    };
    store.close().await?;
    done
}

async fn build(store: &Arc<dyn Store>, config: &Config, scopes: Vec<ScopeId>) -> Result<()> {
    let now = Clock::of_machine().now();
    if scopes.is_empty() {
        let built = segments::build_due(store, &config.segments, now).await?;
        return built.iter().try_for_each(|manifest| say(&line(manifest).to_string()));
    }
    for scope in scopes {
        match segments::build(store, scope, (&config.segments, now)).await? {
            Some(manifest) => say(&line(&manifest).to_string())?,
            None => say(&format!("somebody else is building {scope}"))?,
        }
    }
    Ok(())
}

async fn list(store: &dyn Store) -> Result<()> {
    for kept in store.manifests(Vec::new()).await? {
        let mut line = line(&kept.manifest);
        line["built_at"] = serde_json::json!(kept.built_at);
        say(&line.to_string())?;
    }
    Ok(())
}

fn line(manifest: &Manifest) -> serde_json::Value {
    serde_json::json!({
        "scope": manifest.scope,
        "manifest": manifest.name(),
        "seq": manifest.seq,
        "pieces": manifest.pieces.len(),
        "bytes": manifest.bytes(),
    })
}
