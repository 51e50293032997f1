//! The checksum of a scope: the sum modulo 2^128 of a hash of every live entry. Each side computes it from what it
//! really stored; order does not matter, and adding or removing an entry costs one hash.

use crate::ScopeId;
use document::ChangeHash;
use domain::ids::DocId;
use domain::reference::Table;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A sum over the live entries of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checksum(pub [u8; 16]);

impl Checksum {
    /// What one change of a document adds.
    #[must_use]
    pub fn of_change(scope: &ScopeId, doc: DocId, hash: &ChangeHash) -> Self {
        Self::of(&[b"change", scope.to_string().as_bytes(), doc.0.as_bytes(), &hash.0])
    }

    /// What one reference row adds.
    #[must_use]
    pub fn of_row(scope: &ScopeId, table: Table, key: Uuid, version: u64) -> Self {
        let table = table.name().as_bytes();
        Self::of(&[b"row", scope.to_string().as_bytes(), table, key.as_bytes(), &version.to_be_bytes()])
    }

    /// With another entry.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(u128::from_be_bytes(self.0).wrapping_add(u128::from_be_bytes(other.0)).to_be_bytes())
    }

    /// Without an entry.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(u128::from_be_bytes(self.0).wrapping_sub(u128::from_be_bytes(other.0)).to_be_bytes())
    }

    /// Each part is preceded by its length, so that no two lists of parts look alike.
    fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let mut sum = [0; 16];
        sum.copy_from_slice(&hasher.finalize()[..16]);
        Self(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::UserId;
    use proptest::prelude::*;

    fn entry(n: u8) -> Checksum {
        let scope = ScopeId::User(UserId(Uuid::nil()));
        Checksum::of_change(&scope, DocId(Uuid::nil()), &ChangeHash([n; 32]))
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_removal_undoes_addition(entries in prop::collection::vec(any::<u8>(), 0..20), extra: u8) {
            let sum = |list: &[u8]| list.iter().fold(Checksum::default(), |sum, n| sum.plus(entry(*n)));
            let mut reversed = entries.clone();
            reversed.reverse();
            prop_assert_eq!(sum(&entries), sum(&reversed));
            prop_assert_eq!(sum(&entries).plus(entry(extra)).minus(entry(extra)), sum(&entries));
            prop_assert_ne!(sum(&entries).plus(entry(extra)), sum(&entries));
        }
    }
}
