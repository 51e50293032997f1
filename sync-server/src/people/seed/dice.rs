//! Chance that is the same on every machine: one stream of numbers per seed and subject, so that more throws in
//! one subject move nothing in another.

use super::Ids;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What is drawn. Each subject has a stream of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Organisations = 1,
    Hcps,
    Users,
    History,
    Consents,
    Calls,
    Notes,
}

/// A stream of chance.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(ids: &Ids, subject: Subject) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(ids.0);
        rng.set_stream(subject as u64);
        Self(rng)
    }

    /// A number from 0 up to, not including, `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.0.next_u32() as usize).checked_rem(n).unwrap_or(0)
    }

    /// A number of `range.0..=range.1`.
    pub(super) fn between(&mut self, range: (i64, i64)) -> i64 {
        let span = (range.1 - range.0 + 1).max(1);
        range.0 + i64::from(self.0.next_u32()) % span
    }

    /// Yes in so many cases of a hundred.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these; none of nothing.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = self.below(of.len());
        of.get(place)
    }

    /// One of these words.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or_default()
    }
}
