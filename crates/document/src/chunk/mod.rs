//! The bytes of a change chunk, looked at before the library sees them. The format is Automerge's binary format,
//! <https://automerge.org/automerge-binary-format-spec/>. Nothing here expands a run or keeps a value.

mod column;
mod reader;
mod scan;

pub(crate) use scan::scan;

use crate::{BrokenChange, MAX_CHANGE_BYTES};
use flate2::bufread::DeflateDecoder;
use reader::Reader;
use std::borrow::Cow;
use std::io::Read;

/// Begin of every chunk; then four bytes of checksum, the type, the length of the body and the body.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN: u8 = 1;
const COMPRESSED: u8 = 2;

/// One chunk that is a change: its header, and its body as it is once inflated.
pub(crate) struct Chunk<'a> {
    checksum: &'a [u8],
    pub(crate) body: Cow<'a, [u8]>,
}

impl<'a> Chunk<'a> {
    /// Reads one chunk that fills all of the bytes. A compressed one is inflated to [`MAX_CHANGE_BYTES`] and no further.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, BrokenChange> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(BrokenChange::NotAChange)?;
        let mut reader = Reader::new(rest);
        let checksum = reader.take(4)?;
        let kind = reader.byte()?;
        if kind != PLAIN && kind != COMPRESSED {
            return Err(BrokenChange::NotAChange);
        }
        let length = reader.unsigned()?;
        let body = reader.take(length)?;
        if !reader.is_empty() {
            return Err(BrokenChange::Trailing);
        }
        let body = if kind == PLAIN { Cow::Borrowed(body) } else { Cow::Owned(inflate(body)?) };
        Ok(Self { checksum, body })
    }

    pub(crate) fn is_compressed(&self) -> bool {
        matches!(self.body, Cow::Owned(_))
    }

    /// The plain chunk. A compressed one names the same change: its checksum is over the inflated body.
    pub(crate) fn plain(&self) -> Vec<u8> {
        let mut bytes = [MAGIC.as_slice(), self.checksum, &[PLAIN]].concat();
        reader::write_unsigned(&mut bytes, self.body.len() as u64);
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Whether the header's checksum is the beginning of this hash.
    pub(crate) fn names(&self, hash: &[u8; 32]) -> bool {
        hash.starts_with(self.checksum)
    }
}

/// Inflates at most [`MAX_CHANGE_BYTES`].
fn inflate(body: &[u8]) -> Result<Vec<u8>, BrokenChange> {
    let mut plain = Vec::new();
    let mut decoder = DeflateDecoder::new(body);
    let most = MAX_CHANGE_BYTES as u64 + 1;
    let read = decoder.by_ref().take(most).read_to_end(&mut plain);
    read.map_err(|error| BrokenChange::Damaged(error.to_string()))?;
    if plain.len() > MAX_CHANGE_BYTES {
        return Err(BrokenChange::TooLarge(plain.len()));
    }
    if decoder.total_in() != body.len() as u64 {
        return Err(BrokenChange::Trailing);
    }
    Ok(plain)
}
