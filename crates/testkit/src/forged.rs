//! Change chunks written by hand, byte for byte, so that a test can send what no device writes. The format is
//! Automerge's, <https://automerge.org/automerge-binary-format-spec/>.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};
use std::io::Write;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN: u8 = 1;
const COMPRESSED: u8 = 2;
/// Bytes of a block; zstd takes 128 KiB.
const BLOCK: usize = 100_000;

/// The parts of a change as they follow each other.
#[derive(Debug, Clone)]
pub struct Forged {
    /// What it builds upon.
    pub deps: Vec<[u8; 32]>,
    /// Who wrote it; sixteen bytes when it is honest.
    pub actor: Vec<u8>,
    /// Its count among the actor's.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The user.
    pub message: String,
    /// Actors that its operations name.
    pub others: Vec<Vec<u8>>,
    /// Columns by the number that stands for each.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// What follows the columns.
    pub extra: Vec<u8>,
}

impl Forged {
    /// An honest one by this actor and user: it sets the key `a` to null.
    #[must_use]
    pub fn honest(actor: [u8; 16], user: &str) -> Self {
        let message = user.to_owned();
        let columns = Self::rows(1, b"a");
        let (deps, others, extra) = (Vec::new(), Vec::new(), Vec::new());
        Self { deps, actor: actor.to_vec(), seq: 1, start_op: 1, message, others, columns, extra }
    }

    /// Columns of so many operations that set one key to null. They have a few bytes, however many.
    #[must_use]
    pub fn rows(count: i64, key: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let run = |value: &[u8]| [repeat(count), value.to_vec()].concat();
        let text = [unsigned(key.len() as u64), key.to_vec()].concat();
        let rows = unsigned(count.unsigned_abs());
        vec![(0x15, run(&text)), (0x34, rows), (0x42, run(&[1])), (0x56, run(&[0])), (0x70, run(&[0]))]
    }

    /// Replaces a column, or adds it in its place.
    #[must_use]
    pub fn with(mut self, number: u64, bytes: Vec<u8>) -> Self {
        self.columns.retain(|(known, _)| *known != number);
        self.columns.push((number, bytes));
        self.columns.sort_by_key(|(number, _)| *number);
        self
    }

    /// The body of the chunk.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = unsigned(self.deps.len() as u64);
        self.deps.iter().for_each(|dep| body.extend(dep));
        body.extend(prefixed(&self.actor));
        [self.seq, self.start_op, 0].iter().for_each(|number| body.extend(unsigned(*number)));
        body.extend(prefixed(self.message.as_bytes()));
        body.extend(unsigned(self.others.len() as u64));
        self.others.iter().for_each(|actor| body.extend(prefixed(actor)));
        body.extend(unsigned(self.columns.len() as u64));
        for (number, column) in &self.columns {
            body.extend([unsigned(*number), unsigned(column.len() as u64)].concat());
        }
        self.columns.iter().for_each(|(_, column)| body.extend(column));
        body.extend(&self.extra);
        body
    }

    /// A plain chunk with the right checksum.
    #[must_use]
    pub fn plain(&self) -> Vec<u8> {
        plain(&self.body())
    }
}

/// A plain chunk around any body, with the right checksum.
#[must_use]
pub fn plain(body: &[u8]) -> Vec<u8> {
    chunk(PLAIN, checksum(body), body)
}

/// A compressed chunk around any body, with the right checksum.
#[must_use]
pub fn compressed(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let deflated = encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default();
    chunk(COMPRESSED, checksum(body), &deflated)
}

/// A chunk of any type with any checksum.
#[must_use]
pub fn chunk(kind: u8, checksum: [u8; 4], body: &[u8]) -> Vec<u8> {
    [MAGIC.as_slice(), &checksum, &[kind], &unsigned(body.len() as u64), body].concat()
}

/// The checksum of a change: the beginning of its hash.
#[must_use]
pub fn checksum(body: &[u8]) -> [u8; 4] {
    let hashed = [&[PLAIN], unsigned(body.len() as u64).as_slice(), body].concat();
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(hashed).into();
    [a, b, c, d]
}

/// A frame of the wire around any content.
#[must_use]
pub fn framed(version: u8, content: &[u8]) -> Vec<u8> {
    [b"RND".as_slice(), &[version], &stored(content)].concat()
}

/// One zstd frame of blocks that are not compressed (RFC 8878), so that the content is there to be seen.
#[must_use]
pub fn stored(content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    frame.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes());
    let empty: &[u8] = &[];
    let last = content.len().saturating_sub(1) / BLOCK;
    let blocks = content.chunks(BLOCK).chain(content.is_empty().then_some(empty));
    for (place, block) in blocks.enumerate() {
        let head = (u32::try_from(block.len()).unwrap_or(u32::MAX) << 3) | u32::from(place == last);
        frame.extend(&head.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

/// An unsigned LEB128.
#[must_use]
pub fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(low & 0x7f);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A signed LEB128: the count of a run, positive for a repeated value.
#[must_use]
pub fn signed(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        let sign = low & 0x40 != 0;
        if (value == 0 && !sign) || (value == -1 && sign) {
            bytes.push(low & 0x7f);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// One value alone is written as a list of one; more that are equal as a run.
fn repeat(count: i64) -> Vec<u8> {
    signed(if count == 1 { -1 } else { count })
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [unsigned(bytes.len() as u64), bytes.to_vec()].concat()
}
