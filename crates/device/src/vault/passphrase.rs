//! The key from a passphrase, by argon2id.

use super::record::Record;
use crate::Chance;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{Code, Refusal};
use sha2::{Digest, Sha256};
use store::Key;
use zeroize::Zeroizing;

const SHORTEST: usize = 10;
const LANES: u32 = 1;

/// What it costs to try a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// What OWASP's password storage cheat sheet names first.
    fn default() -> Self {
        Self { memory_kib: 47_104, passes: 1 }
    }
}

/// A key behind a new passphrase.
pub fn choose(cost: Cost, passphrase: &str, chance: &Chance) -> Result<(Key, Record), Refusal> {
    if passphrase.chars().count() < SHORTEST {
        return Err(Code::WeakPassphrase.into());
    }
    let salt: [u8; 16] = chance.bytes();
    let (key, check) = derive(cost, passphrase, &salt)?;
    Ok((key, Record::Passphrase { salt: STANDARD.encode(salt), check }))
}

/// The key behind a passphrase that was chosen before.
pub fn open(cost: Cost, passphrase: &str, (salt, check): (&str, &str)) -> Result<Key, Refusal> {
    let salt = STANDARD.decode(salt).map_err(|error| Refusal::because(Code::StoreDamaged, error))?;
    let (key, found) = derive(cost, passphrase, &salt)?;
    if found == check { Ok(key) } else { Err(Code::WrongPassphrase.into()) }
}

/// The first half of the derived bits is the key, a hash of the second half is the check: neither tells the other.
fn derive(cost: Cost, passphrase: &str, salt: &[u8]) -> Result<(Key, String), Refusal> {
    let internal = |error: argon2::Error| Refusal::because(Code::Internal, error);
    let mut bits = Zeroizing::new([0; 64]);
    let params = Params::new(cost.memory_kib, cost.passes, LANES, Some(bits.len())).map_err(internal)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, bits.as_mut_slice())
        .map_err(internal)?;
    let mut key = [0; 32];
    key.copy_from_slice(&bits[..32]);
    Ok((Key::new(key), STANDARD.encode(Sha256::digest(&bits[32..]))))
}
