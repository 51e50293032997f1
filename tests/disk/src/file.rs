//! One file: what is synced, what was done since, and what a power cut leaves of it.

use crate::Loss;
use crate::locks::{Locks, ShmLocks};
use crate::vfs::Shm;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use std::sync::Weak;

/// What was done to a file and is not synced yet.
#[derive(Debug, Clone)]
enum Step {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// Bytes that stand in a file, or that may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its name.
    pub file: String,
    /// Where in it.
    pub at: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A file.
#[derive(Debug, Default)]
pub struct File {
    seen: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Step>,
    /// How many have it open.
    pub open: usize,
    pub locks: Locks,
    /// The memory that connections share, for as long as one of them has it.
    pub shm: Weak<Shm>,
    pub shm_locks: ShmLocks,
}

impl File {
    /// One with this content, all of it synced.
    pub fn of(content: Vec<u8>) -> Self {
        Self { seen: content.clone(), synced: content, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Reads into a buffer as much as there is. Answers how much that is.
    pub fn read(&self, at: usize, buffer: &mut [u8]) -> usize {
        let found = self.seen.get(at..).unwrap_or_default();
        let many = found.len().min(buffer.len());
        buffer[..many].copy_from_slice(&found[..many]);
        many
    }

    pub fn write(&mut self, at: usize, bytes: &[u8]) {
        let step = Step::Write { at, bytes: bytes.to_vec() };
        step.apply(&mut self.seen);
        self.unsynced.push(step);
    }

    pub fn truncate(&mut self, size: usize) {
        let step = Step::Truncate(size);
        step.apply(&mut self.seen);
        self.unsynced.push(step);
    }

    pub fn sync(&mut self) {
        self.unsynced.drain(..).for_each(|step| step.apply(&mut self.synced));
    }

    /// What is found after the power came back.
    pub fn after(&self, loss: Loss, luck: Option<&mut ChaCha20Rng>) -> Vec<u8> {
        match (loss, luck) {
            (Loss::Nothing, _) => self.seen.clone(),
            (Loss::Some(_), Some(luck)) => self.partly(luck),
            _ => self.synced.clone(),
        }
    }

    /// The programs ended, the operating system did not.
    pub fn abandoned(&self) -> Self {
        Self {
            seen: self.seen.clone(),
            synced: self.synced.clone(),
            unsynced: self.unsynced.clone(),
            ..Self::default()
        }
    }

    /// Sectors reach the disk or do not, each by itself; one that was being written may be torn.
    fn partly(&self, luck: &mut ChaCha20Rng) -> Vec<u8> {
        let sector = if luck.random() { 512 } else { 4096 };
        let kept = [0.1, 0.5, 0.9][luck.random_range(0..3)];
        let mut content = self.synced.clone();
        for step in &self.unsynced {
            match step {
                Step::Truncate(_) if luck.random_bool(kept) => step.apply(&mut content),
                Step::Truncate(_) => {}
                Step::Write { at, bytes } => {
                    for (at, piece) in sectors(*at, bytes, sector) {
                        let reached = if luck.random_bool(kept) {
                            piece.len()
                        } else if luck.random_bool(0.1) {
                            luck.random_range(0..piece.len())
                        } else {
                            continue;
                        };
                        Step::Write { at, bytes: piece[..reached].to_vec() }.apply(&mut content);
                    }
                }
            }
        }
        content
    }

    /// Turns over one bit, wherever it is kept.
    pub fn flip(&mut self, place: f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the file")]
        let bit = (place.clamp(0.0, 0.999_999) * self.seen.len() as f64 * 8.0) as usize;
        for content in [&mut self.seen, &mut self.synced] {
            if let Some(byte) = content.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
        }
    }

    /// All that can be found on the disk: now, and after any power cut.
    pub fn pieces(&self, name: &str) -> Vec<Piece> {
        let whole = [&self.seen, &self.synced].map(|bytes| (0, bytes));
        let written = self.unsynced.iter().filter_map(|step| match step {
            Step::Write { at, bytes } => Some((*at, bytes)),
            Step::Truncate(_) => None,
        });
        let piece =
            |(at, bytes): (usize, &Vec<u8>)| Piece { file: name.to_owned(), at, bytes: bytes.clone() };
        whole.into_iter().chain(written).map(piece).collect()
    }
}

impl Step {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Truncate(size) => content.truncate(*size),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

/// The pieces of a write by the sectors that they fall into.
fn sectors(at: usize, bytes: &[u8], sector: usize) -> Vec<(usize, &[u8])> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    while from < bytes.len() {
        let until = bytes.len().min((((at + from) / sector) + 1) * sector - at);
        pieces.push((at + from, &bytes[from..until]));
        from = until;
    }
    pieces
}
