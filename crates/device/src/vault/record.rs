//! The file beside the store that says how its key is to be had.

use contract::{Code, Refusal};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;

const FILE: &str = "key.json";

/// How the key is to be had.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    /// It stands in the keychain under this name.
    Keychain {
        /// Name of the entry.
        entry: String,
    },
    /// It is derived from a passphrase.
    Passphrase {
        /// Salt of the derivation, base64.
        salt: String,
        /// Tells a wrong passphrase from a damaged file, base64. Does not tell the key.
        check: String,
    },
}

impl Record {
    pub fn read(folder: &Path) -> Result<Option<Self>, Refusal> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| Refusal::because(Code::StoreDamaged, format!("{FILE}: {error}"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Refusal::because(Code::Internal, error)),
        }
    }

    /// Whole or not at all: a torn record would lock the data away for good.
    pub fn write(&self, folder: &Path) -> Result<(), Refusal> {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let new = folder.join("key.json.new");
            std::fs::write(&new, serde_json::to_vec(self)?)?;
            std::fs::File::open(&new)?.sync_all()?;
            std::fs::rename(new, folder.join(FILE))
        };
        write().map_err(|error| match error.kind() {
            ErrorKind::StorageFull => Refusal::of(Code::DiskFull),
            _ => Refusal::because(Code::Internal, error),
        })
    }
}
