//! The key of the file: 256 raw bits, wiped from memory when dropped, never shown.

use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A raw key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bits.
    #[must_use]
    pub fn new(bits: [u8; 32]) -> Self {
        Self(bits)
    }

    /// The bits, to be kept where the operating system keeps secrets.
    #[must_use]
    pub fn bits(&self) -> &[u8; 32] {
        &self.0
    }

    /// As SQLCipher wants a raw key: no derivation, so that opening is fast.
    pub(crate) fn literal(&self) -> Zeroizing<String> {
        let hex = self.0.iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"));
        Zeroizing::new(format!("x'{hex}'"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}
