//! What is to go wrong, and when.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// What a power cut takes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: only the programs end, and the operating system keeps what they wrote.
    Nothing,
    /// All that was not synced.
    Everything,
    /// Some of it, by this seed: sectors are lost, torn, or written in another order.
    Some(u64),
}

impl Loss {
    /// The luck that decides, where it does.
    pub(crate) fn luck(self) -> Option<ChaCha20Rng> {
        match self {
            Self::Some(seed) => Some(ChaCha20Rng::seed_from_u64(seed)),
            Self::Nothing | Self::Everything => None,
        }
    }
}

/// What befalls an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Done,
    Fails,
    Cut(Loss),
}

/// What is to come.
#[derive(Debug, Default)]
pub struct Faults {
    cut: Option<(u64, Loss)>,
    failure: Option<u64>,
    /// Bytes that files may still grow by.
    pub room: Option<usize>,
}

impl Faults {
    pub fn cut_after(&mut self, operations: u64, loss: Loss) {
        self.cut = Some((operations, loss));
    }

    pub fn fail_after(&mut self, operations: u64) {
        self.failure = Some(operations);
    }

    /// The next operation.
    pub fn next(&mut self) -> Fate {
        if let Some((left, loss)) = self.cut {
            if left == 0 {
                return Fate::Cut(loss);
            }
            self.cut = Some((left - 1, loss));
        }
        let fails = self.failure == Some(0);
        self.failure = self.failure.and_then(|left| left.checked_sub(1));
        if fails { Fate::Fails } else { Fate::Done }
    }

    /// Takes room for bytes by which a file grows; false when there is none.
    pub fn take_room(&mut self, bytes: usize) -> bool {
        let Some(room) = self.room else { return true };
        self.room = Some(room.saturating_sub(bytes));
        room >= bytes
    }
}
