//! Building a scope's copy: the store sends what the scope holds, a thread cuts it, the pieces are kept, and last the
//! manifest. Whoever is interrupted leaves pieces that nobody names, which are forgotten by age.

use super::pack::{Cutter, Ready};
use crate::config::Segments as Settings;
use crate::store::{Growth, Portion, Store, StoreError};
use chrono::TimeDelta;
use domain::Instant;
use domain::ids::DocId;
use std::sync::Arc;
use sync::ScopeId;
use sync::wire::segment::{BadSegment, Dictionary, Manifest, Piece};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Portions and pieces that wait between two hands.
const PORTIONS: usize = 64;
const PIECES: usize = 1;
/// A builder that is not heard of for so long has died.
const TURN: TimeDelta = TimeDelta::hours(1);

/// Why there is no copy of a scope. Devices read its log.
#[derive(Debug, thiserror::Error)]
pub enum CannotBuild {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document cannot be opened.
    #[error("the document {0} cannot be opened: {1}")]
    Document(DocId, String),
    /// A piece would be larger than a piece may be.
    #[error(transparent)]
    Piece(#[from] BadSegment),
    /// The thread that cuts has ended.
    #[error("cutting ended: {0}")]
    Ended(String),
}

/// Builds the copies that are due, and forgets those that nobody can be reading. Answers what was built. A scope that
/// cannot be built is logged and harms no other.
pub async fn build_due(
    store: &Arc<dyn Store>,
    settings: &Settings,
    now: Instant,
) -> Result<Vec<Manifest>, StoreError> {
    let mut built = Vec::new();
    for growth in store.growths().await?.into_iter().filter(|growth| is_due(growth, settings)) {
        match build(store, growth.scope, (settings, now)).await {
            Ok(manifest) => built.extend(manifest),
            Err(error) => {
                tracing::warn!(scope = %growth.scope, %error, "a scope cannot be copied; devices read its log");
            }
        }
    }
    store.forget_segments(now - TimeDelta::days(settings.keep_days.into())).await?;
    Ok(built)
}

/// The log is long enough, and has grown enough since the last copy.
fn is_due(growth: &Growth, settings: &Settings) -> bool {
    if !super::may_have_copy(&growth.scope) {
        return false;
    }
    match growth.cut {
        None => growth.head >= settings.least,
        Some(cut) => growth.head >= cut.saturating_add(settings.growth.max(1)),
    }
}

/// Builds a scope's copy. None while somebody else does.
pub async fn build(
    store: &Arc<dyn Store>,
    scope: ScopeId,
    (settings, now): (&Settings, Instant),
) -> Result<Option<Manifest>, CannotBuild> {
    if !store.take_turn(scope, now, now + TURN).await? {
        return Ok(None);
    }
    let built = copy(store, scope, (settings.piece_bytes, now)).await;
    store.take_turn(scope, now, now).await?;
    let manifest = built?;
    metrics::counter!("rounds_segments_built_total").increment(1);
    tracing::info!(%scope, seq = manifest.seq, pieces = manifest.pieces.len(), "a scope was copied");
    Ok(Some(manifest))
}

async fn copy(
    store: &Arc<dyn Store>,
    scope: ScopeId,
    (piece, now): (usize, Instant),
) -> Result<Manifest, CannotBuild> {
    let (portions, taken) = channel(PORTIONS);
    let (ready, pieces) = channel(PIECES);
    let cutting = tokio::task::spawn_blocking(move || cut(Cutter::of(scope, piece), taken, &ready));
    let keeping = keep(store, scope, pieces, now);
    let (seq, cut, kept) = tokio::join!(store.copy_scope(scope, portions), cutting, keeping);
    // What could not be kept ends the cutting, and that ends the reading: the first cause is told.
    kept?;
    let (dictionaries, pieces) = cut.map_err(|error| CannotBuild::Ended(error.to_string()))??;
    let manifest = Manifest { scope, seq: seq?, dictionaries, pieces };
    store.keep_manifest(manifest.clone(), now).await?;
    Ok(manifest)
}

fn cut(
    mut cutter: Cutter,
    mut portions: Receiver<Portion>,
    ready: &Sender<Ready>,
) -> Result<(Vec<Dictionary>, Vec<Piece>), CannotBuild> {
    while let Some(portion) = portions.blocking_recv() {
        cutter.take(portion)?.into_iter().try_for_each(|piece| hand_over(ready, piece))?;
    }
    cutter.finish()?.into_iter().try_for_each(|piece| hand_over(ready, piece))?;
    Ok((cutter.dictionaries, cutter.pieces))
}

fn hand_over(ready: &Sender<Ready>, piece: Ready) -> Result<(), CannotBuild> {
    ready.blocking_send(piece).map_err(|_| CannotBuild::Ended("nobody keeps the pieces".into()))
}

async fn keep(
    store: &Arc<dyn Store>,
    scope: ScopeId,
    mut pieces: Receiver<Ready>,
    now: Instant,
) -> Result<(), StoreError> {
    while let Some(piece) = pieces.recv().await {
        store.keep_piece(scope, piece, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::Country;

    #[test]
    fn a_copy_is_due_when_the_log_is_long_and_again_when_it_has_grown() {
        let settings = Settings { least: 100, growth: 50, ..Settings::default() };
        let due = |head, cut| is_due(&Growth { scope: ScopeId::Country(Country::DE), head, cut }, &settings);
        assert!(!due(99, None) && due(100, None));
        assert!(!due(149, Some(100)) && due(150, Some(100)));
        let never = Settings { growth: 0, ..settings };
        assert!(!is_due(&Growth { scope: ScopeId::Country(Country::DE), head: 9, cut: Some(9) }, &never));
    }
}
