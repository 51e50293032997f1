//! Numbers and slices of the format. A length that is declared is never allocated, only compared with what is there.

use crate::BrokenChange;

/// Bits of a number in one byte, and the bit that says that more follow.
const BITS: u32 = 7;
const MORE: u8 = 0x80;
const NEGATIVE: u8 = 0x40;

/// What is left to read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> Result<u8, BrokenChange> {
        let (first, rest) = self.0.split_first().ok_or_else(torn)?;
        self.0 = rest;
        Ok(*first)
    }

    /// So many bytes.
    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], BrokenChange> {
        let length = usize::try_from(length).map_err(|_| torn())?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(torn)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Bytes after their own length.
    pub(super) fn prefixed(&mut self) -> Result<&'a [u8], BrokenChange> {
        let length = self.unsigned()?;
        self.take(length)
    }

    /// An unsigned LEB128.
    pub(super) fn unsigned(&mut self) -> Result<u64, BrokenChange> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & !MORE).checked_shl(shift).ok_or_else(oversized)?;
            shift += BITS;
            if byte & MORE == 0 {
                return Ok(value);
            }
        }
    }

    /// A signed LEB128.
    pub(super) fn signed(&mut self) -> Result<i64, BrokenChange> {
        let (mut value, mut shift) = (0_i64, 0);
        loop {
            let byte = self.byte()?;
            value |= i64::from(byte & !MORE).checked_shl(shift).ok_or_else(oversized)?;
            shift += BITS;
            if byte & MORE == 0 {
                let extend = if byte & NEGATIVE == 0 { 0 } else { (-1_i64).checked_shl(shift).unwrap_or(0) };
                return Ok(value | extend);
            }
        }
    }
}

/// Writes an unsigned LEB128 in its shortest form.
pub(super) fn write_unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= BITS;
        if value == 0 {
            return out.push(low & !MORE);
        }
        out.push(low | MORE);
    }
}

fn torn() -> BrokenChange {
    BrokenChange::Damaged("it ends too early".into())
}

fn oversized() -> BrokenChange {
    BrokenChange::Damaged("a number has too many bytes".into())
}
