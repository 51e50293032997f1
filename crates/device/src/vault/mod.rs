//! Where the key of the store comes from: the operating system's keychain; where there is none, a passphrase that
//! the user gives. Never a silent file: the file beside the store says only how the key is to be had.

mod keychain;
mod passphrase;
mod record;

use crate::Chance;
use contract::{Code, Refusal};
pub use passphrase::Cost;
use record::Record;
use std::path::{Path, PathBuf};
use store::Key;

/// How the key is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vault {
    /// From the keychain; by passphrase where there is no keychain.
    Keychain,
    /// By passphrase, even where there is a keychain.
    Passphrase,
    /// By a passphrase that costs so much to guess: tests open stores by the thousand.
    PassphraseAt(Cost),
}

impl Vault {
    fn cost(&self) -> Cost {
        match self {
            Self::PassphraseAt(cost) => *cost,
            Self::Keychain | Self::Passphrase => Cost::default(),
        }
    }
}

/// What stands between the start and an open store.
#[derive(Debug)]
pub enum Door {
    /// Nothing: here is the key.
    Open(Key),
    /// A passphrase is needed; on the first start, a new one.
    Passphrase {
        /// None was ever chosen.
        first: bool,
    },
}

/// The door to the store of one data folder.
#[derive(Debug, Clone)]
pub struct Lock {
    folder: PathBuf,
    vault: Vault,
}

impl Lock {
    /// The door to the store in a folder.
    pub fn new(folder: &Path, vault: Vault) -> Self {
        Self { folder: folder.to_owned(), vault }
    }

    /// What stands between now and the open store.
    pub fn door(&self, chance: &Chance) -> Result<Door, Refusal> {
        match Record::read(&self.folder)? {
            Some(Record::Keychain { entry }) => Ok(Door::Open(keychain::get(&entry)?)),
            Some(Record::Passphrase { .. }) => Ok(Door::Passphrase { first: false }),
            None if self.vault == Vault::Keychain => Ok(self.first_key(chance)),
            None => Ok(Door::Passphrase { first: true }),
        }
    }

    /// The key behind a passphrase. The first one given becomes the passphrase.
    pub fn unlock(&self, passphrase: &str, chance: &Chance) -> Result<Key, Refusal> {
        match Record::read(&self.folder)? {
            Some(Record::Passphrase { salt, check }) => {
                passphrase::open(self.vault.cost(), passphrase, (&salt, &check))
            }
            Some(Record::Keychain { .. }) => Err(Refusal::of(Code::BadRequest)),
            None => {
                let (key, record) = passphrase::choose(self.vault.cost(), passphrase, chance)?;
                record.write(&self.folder)?;
                Ok(key)
            }
        }
    }

    fn first_key(&self, chance: &Chance) -> Door {
        let entry = chance.id().to_string();
        let kept = keychain::put(&entry, &Key::new(chance.bytes()))
            .and_then(|key| Record::Keychain { entry }.write(&self.folder).map(|()| key));
        match kept {
            Ok(key) => Door::Open(key),
            Err(refusal) => {
                tracing::info!(%refusal, "no keychain; asking for a passphrase");
                Door::Passphrase { first: true }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_passphrase_becomes_the_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, chance) = (Lock::new(folder.path(), Vault::Passphrase), Chance::seeded(1));
        assert!(matches!(lock.door(&chance), Ok(Door::Passphrase { first: true })));
        let weak = lock.unlock("short", &chance).map(drop).unwrap_err();
        assert_eq!(weak.code, Code::WeakPassphrase);

        let key = lock.unlock("correct horse battery", &chance).unwrap();
        assert!(matches!(lock.door(&chance), Ok(Door::Passphrase { first: false })));
        assert_eq!(lock.unlock("correct horse battery", &chance).unwrap().bits(), key.bits());
        let wrong = lock.unlock("incorrect horse battery", &chance).map(drop).unwrap_err();
        assert_eq!(wrong.code, Code::WrongPassphrase);
    }

    #[test]
    fn the_file_beside_the_store_does_not_hold_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, chance) = (Lock::new(folder.path(), Vault::Passphrase), Chance::seeded(1));
        let key = lock.unlock("correct horse battery", &chance).unwrap();
        let record = std::fs::read(folder.path().join("key.json")).unwrap();
        let hex: String = key.bits().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!String::from_utf8_lossy(&record).contains(&hex[..16]));
    }
}
