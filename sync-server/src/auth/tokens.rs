//! Tokens: 256 random bits, given to the device once and kept as SHA-256 only. A fast hash is enough for what nobody
//! can guess.

use crate::chance::Chance;
use crate::config::SessionLengths;
use crate::store::{TokenHash, Tokens};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::Instant;
use sha2::{Digest, Sha256};

/// A pair as it is given to the device, and as it is kept.
pub struct Pair {
    pub access: String,
    pub refresh: String,
    pub kept: Tokens,
}

/// A new pair.
pub fn pair(chance: &Chance, lengths: SessionLengths, now: Instant) -> Pair {
    let (access, refresh) = (token(chance), token(chance));
    let kept = Tokens {
        access: hash(&access),
        access_until: now + TimeDelta::minutes(lengths.access_minutes.into()),
        refresh: hash(&refresh),
        refresh_until: now + TimeDelta::days(lengths.refresh_days.into()),
    };
    Pair { access, refresh, kept }
}

/// A token as it is kept.
pub fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}

fn token(chance: &Chance) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes::<32>())
}
