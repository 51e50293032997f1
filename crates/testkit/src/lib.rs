//! For tests only: a clock that a test turns, luck from a seed, people who do not exist, a throwaway PostgreSQL and a
//! throwaway NATS, and bytes that no device writes.

mod clock;
pub mod forged;
pub mod nats;
mod people;
pub mod postgres;
pub mod strange;

pub use clock::TurnedClock;
pub use people::hcp;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Luck that is the same for the same seed.
#[must_use]
pub fn luck(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
