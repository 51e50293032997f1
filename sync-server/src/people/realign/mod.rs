//! Realignment by a file: HCPs and users who are given other territories. The whole file is read and checked before
//! anybody moves; then they move in batches, each a transaction.

mod file;
mod lines;

pub use lines::{BadLine, Line, Lines};

use crate::store::{Move, Moved, Store, StoreError};
use domain::Instant;
use file::Names;
use std::io::{Read, Write};

/// Lines that move in one transaction.
const BATCH: usize = 1_000;

/// What a realignment did, or would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Lines of the file but its header.
    pub lines: u64,
    /// Of these, what cannot be done: then nothing is done.
    pub refused: u64,
    /// What moved, or would move.
    #[serde(flatten)]
    pub moved: Moved,
}

/// Why a realignment ended.
#[derive(Debug, thiserror::Error)]
pub enum CannotRealign {
    /// The file cannot be read, or is not such a file.
    #[error("the file cannot be read: {0}")]
    File(#[from] csv::Error),
    /// The header is another one.
    #[error("the header must be `what,who,territory,role`; it is `{0}`")]
    Header(String),
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(std::io::Error),
    /// The store failed. What was moved before stays moved, and the same file may be given again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Moves all whom a file names, or nobody when a line of it is bad: `report` has each bad line with its reason. As a
/// `trial` it only says what would move.
pub async fn realign(
    store: &dyn Store,
    (file, report): (impl Read, impl Write),
    at: Instant,
    trial: bool,
) -> Result<Summary, CannotRealign> {
    let lines = Lines::read(file)?;
    let mut summary = Summary { lines: lines.count(), ..Summary::default() };
    let (moves, bad) = Names::of(store).await?.resolve(store, lines).await?;
    summary.refused = bad.len() as u64;
    lines::report(&bad, report)?;
    if !bad.is_empty() {
        return Ok(summary);
    }
    for batch in moves.chunks(BATCH) {
        let batch: Vec<Move> = batch.to_vec();
        summary.moved += store.realign(batch, at, trial).await?;
    }
    Ok(summary)
}
