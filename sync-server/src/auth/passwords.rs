//! Hashing and checking passwords with argon2id. Slow on purpose: never on the threads that serve requests.

use crate::chance::Chance;
use crate::config::PasswordCost;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// Hashes and checks passwords.
pub struct Passwords {
    argon2: Argon2<'static>,
    /// Checked when there is no such user, so that an answer takes as long as for one that there is.
    nobody: String,
}

/// The cost cannot be used, or hashing failed.
#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed: {0}")]
pub struct BadPassword(String);

impl Passwords {
    /// At a cost.
    pub fn new(cost: PasswordCost, chance: &Chance) -> Result<Self, BadPassword> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(bad)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, &chance.id().to_string(), chance)?;
        Ok(Self { argon2, nobody })
    }

    /// The hash of a password, in PHC form.
    pub fn hash(&self, password: &str, chance: &Chance) -> Result<String, BadPassword> {
        hash(&self.argon2, password, chance)
    }

    /// Whether a password fits a hash. Without one it takes as long and is wrong.
    #[must_use]
    pub fn fits(&self, password: &str, hash: Option<&str>) -> bool {
        let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&self.nobody)) else { return false };
        self.argon2.verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
    }
}

fn hash(argon2: &Argon2<'_>, password: &str, chance: &Chance) -> Result<String, BadPassword> {
    let salt = SaltString::encode_b64(&chance.bytes::<16>()).map_err(bad)?;
    Ok(argon2.hash_password(password.as_bytes(), &salt).map_err(bad)?.to_string())
}

fn bad(error: impl std::fmt::Display) -> BadPassword {
    BadPassword(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let chance = Chance::seeded(1);
        let passwords = Passwords::new(PasswordCost { memory_kib: 64, passes: 1 }, &chance).unwrap();
        let hash = passwords.hash("open sesame", &chance).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.fits("open sesame", Some(&hash)));
        assert!(!passwords.fits("open simsim", Some(&hash)));
        assert!(!passwords.fits("open sesame", None));
    }
}
