//! Segments: what a scope held at one line of its log, in pieces that a device applies without loading a document.
//! A piece is named by the SHA-256 of its bytes and belongs to one scope: three letters, a version, then zstd over CBOR,
//! with a dictionary that is a piece too. What is read here may come from a stranger.

use super::v1::bytes;
use crate::{ScopeId, cbor};
use document::{ChangeHash, Content, Kind};
use domain::ids::DocId;
use domain::reference::Row;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::Read;
use std::str::FromStr;

/// Content type of a piece.
pub const CONTENT_TYPE: &str = "application/vnd.rounds.segment";
/// The most bytes of a piece as it travels. About 1 MB is aimed at; one large document may need more.
pub const MAX_PIECE_BYTES: u32 = 4 * 1024 * 1024;
/// The most bytes that a piece may have once inflated.
pub const MAX_INFLATED_BYTES: u64 = 16 * 1024 * 1024;
/// The most bytes of a dictionary.
pub const MAX_DICTIONARY_BYTES: u32 = 256 * 1024;
/// The most pieces of one manifest: some ten thousand million bytes.
pub const MAX_PIECES: usize = 10_000;

const LETTERS: &[u8; 3] = b"RNP";
const VERSION: u8 = 1;
/// As for frames.
const MAX_WINDOW: u32 = 23;
const MAX_DEPTH: usize = 8;
const HASH_BYTES: usize = 32;

/// SHA-256 of bytes; names a piece and a manifest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(pub [u8; 32]);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct BadName;

impl Name {
    /// The name of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl FromStr for Name {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let plain = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let mut name = [0; 32];
        for (byte, digits) in name.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| BadName)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| BadName)?;
        }
        if plain { Ok(Self(name)) } else { Err(BadName) }
    }
}

impl TryFrom<String> for Name {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

/// What a scope held when its log ended with a line, as pieces in the order in which to apply them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Which scope.
    pub scope: ScopeId,
    /// The cut: the last line of the log that is in it.
    pub seq: u64,
    /// What the pieces were packed with.
    pub dictionaries: Vec<Dictionary>,
    /// Rows first, then documents, the most recent first.
    pub pieces: Vec<Piece>,
}

/// A dictionary, to be fetched as a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionary {
    /// Its name.
    pub name: Name,
    /// Its bytes.
    pub size: u32,
}

/// A piece, to be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its name.
    pub name: Name,
    /// Its bytes.
    pub size: u32,
    /// The dictionary that it was packed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dictionary: Option<Name>,
}

impl Manifest {
    /// Names what it holds: equal for equal pieces at an equal cut.
    #[must_use]
    pub fn name(&self) -> Name {
        let mut hasher = Sha256::new();
        hasher.update(self.scope.to_string());
        hasher.update([0]);
        hasher.update(self.seq.to_be_bytes());
        self.pieces.iter().for_each(|piece| hasher.update(piece.name.0));
        Name(hasher.finalize().into())
    }

    /// All pieces and dictionaries that it names.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let dictionaries = self.dictionaries.iter().map(|dictionary| dictionary.name);
        dictionaries.chain(self.pieces.iter().map(|piece| piece.name)).collect()
    }

    /// Bytes of all pieces.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| u64::from(piece.size)).sum()
    }

    /// Whether a device may begin with it: nothing is larger than it may be, and each dictionary that is named is there.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let known = |name: &Name| self.dictionaries.iter().any(|dictionary| dictionary.name == *name);
        self.pieces.len() <= MAX_PIECES
            && self.dictionaries.len() <= 2
            && self.dictionaries.iter().all(|dictionary| dictionary.size <= MAX_DICTIONARY_BYTES)
            && self.pieces.iter().all(|piece| piece.size <= MAX_PIECE_BYTES)
            && self.pieces.iter().filter_map(|piece| piece.dictionary.as_ref()).all(known)
    }
}

/// What a piece holds, before it is packed. Rows and contents are JSON, as both sides keep them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// The one scope that it belongs to.
    pub scope: ScopeId,
    /// Reference rows.
    pub rows: Vec<PackedRow>,
    /// Documents.
    pub documents: Vec<PackedDocument>,
}

/// A reference row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedRow {
    /// Its version.
    pub version: u64,
    /// The row with its table, as JSON.
    pub row: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedDocument {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The whole document with its history.
    #[serde(with = "bytes")]
    pub saved: Vec<u8>,
    /// The hashes of its changes, one after the other.
    #[serde(with = "bytes")]
    pub hashes: Vec<u8>,
    /// What it says, as JSON.
    pub content: String,
    /// People wrote one field at once and nobody has settled it.
    pub contested: bool,
}

/// A piece, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The one scope that it belongs to.
    pub scope: ScopeId,
    /// Reference rows with their versions.
    pub rows: Vec<(u64, Row)>,
    /// Documents.
    pub documents: Vec<Copied>,
}

/// A document of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The whole document with its history.
    pub saved: Vec<u8>,
    /// Its changes.
    pub hashes: Vec<ChangeHash>,
    /// What it says.
    pub content: Content,
    /// People wrote one field at once and nobody has settled it.
    pub contested: bool,
}

/// Why bytes are not the piece that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSegment {
    /// The name of the bytes is another.
    #[error("the bytes have another name")]
    Name,
    /// Does not begin with the letters.
    #[error("not a piece of a segment")]
    NotAPiece,
    /// Another version.
    #[error("the piece has version {0}")]
    Version(u8),
    /// The packing is damaged.
    #[error("the piece cannot be unpacked: {0}")]
    Packing(String),
    /// Has more bytes, or inflates to more, than a piece may.
    #[error("the piece has more than {0} bytes")]
    TooLarge(u64),
    /// The content is not what the version has.
    #[error("the content of the piece cannot be read: {0}")]
    Content(String),
    /// It belongs to another scope.
    #[error("the piece belongs to {0}")]
    Scope(ScopeId),
}

/// Packs a piece.
pub fn encode(packed: &Packed, dictionary: Option<&[u8]>, level: i32) -> Result<Vec<u8>, BadSegment> {
    let mut cbor = Vec::new();
    ciborium::into_writer(packed, &mut cbor).map_err(|error| BadSegment::Content(error.to_string()))?;
    if cbor.len() as u64 > MAX_INFLATED_BYTES {
        return Err(BadSegment::TooLarge(MAX_INFLATED_BYTES));
    }
    let mut packer = zstd::bulk::Compressor::with_dictionary(level, dictionary.unwrap_or_default())
        .map_err(|error| packing(&error))?;
    let mut piece = [LETTERS.as_slice(), &[VERSION]].concat();
    piece.extend(packer.compress(&cbor).map_err(|error| packing(&error))?);
    let fits = piece.len() <= MAX_PIECE_BYTES as usize;
    if fits { Ok(piece) } else { Err(BadSegment::TooLarge(MAX_PIECE_BYTES.into())) }
}

/// A dictionary trained on samples; none when there are too few to learn from.
#[must_use]
pub fn train(samples: &[Vec<u8>], most: usize) -> Option<Vec<u8>> {
    let most = most.min(MAX_DICTIONARY_BYTES as usize);
    zstd::dict::from_samples(samples, most).ok().filter(|dictionary| !dictionary.is_empty())
}

/// Reads the piece of this name and scope. Never inflates more than [`MAX_INFLATED_BYTES`].
pub fn decode(
    (name, scope): (Name, ScopeId),
    piece: &[u8],
    dictionary: Option<&[u8]>,
) -> Result<Segment, BadSegment> {
    if Name::of(piece) != name {
        return Err(BadSegment::Name);
    }
    let segment = read(piece, dictionary)?;
    if segment.scope == scope { Ok(segment) } else { Err(BadSegment::Scope(segment.scope)) }
}

/// Reads any bytes that may be a piece.
pub fn read(piece: &[u8], dictionary: Option<&[u8]>) -> Result<Segment, BadSegment> {
    if piece.len() > MAX_PIECE_BYTES as usize {
        return Err(BadSegment::TooLarge(MAX_PIECE_BYTES.into()));
    }
    let rest = piece.strip_prefix(LETTERS).ok_or(BadSegment::NotAPiece)?;
    let (&version, body) = rest.split_first().ok_or(BadSegment::NotAPiece)?;
    if version != VERSION {
        return Err(BadSegment::Version(version));
    }
    let cbor = inflate(body, dictionary.unwrap_or_default())?;
    let packed: Packed = cbor::read(&cbor, MAX_DEPTH).map_err(BadSegment::Content)?;
    let rows = packed.rows.into_iter().map(|packed| Ok((packed.version, json(&packed.row)?)));
    let documents = packed.documents.into_iter().map(unpacked);
    Ok(Segment {
        scope: packed.scope,
        rows: rows.collect::<Result<_, _>>()?,
        documents: documents.collect::<Result<_, _>>()?,
    })
}

fn inflate(body: &[u8], dictionary: &[u8]) -> Result<Vec<u8>, BadSegment> {
    let mut cbor = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_dictionary(body, dictionary);
    let mut decoder = decoder.map_err(|error| packing(&error))?;
    decoder.window_log_max(MAX_WINDOW).map_err(|error| packing(&error))?;
    let read = decoder.take(MAX_INFLATED_BYTES + 1).read_to_end(&mut cbor);
    let read = read.map_err(|error| packing(&error))? as u64;
    if read > MAX_INFLATED_BYTES { Err(BadSegment::TooLarge(MAX_INFLATED_BYTES)) } else { Ok(cbor) }
}

fn unpacked(packed: PackedDocument) -> Result<Copied, BadSegment> {
    let PackedDocument { doc, kind, saved, hashes, content, contested } = packed;
    let content: Content = json(&content)?;
    let (hashes, rest) = hashes.as_chunks::<HASH_BYTES>();
    if !content.is_of(kind, doc) || !rest.is_empty() || hashes.is_empty() {
        return Err(BadSegment::Content(format!("the document {doc} does not fit its content")));
    }
    let hashes = hashes.iter().copied().map(ChangeHash).collect();
    Ok(Copied { doc, kind, saved, hashes, content, contested })
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, BadSegment> {
    serde_json::from_str(text).map_err(|error| BadSegment::Content(error.to_string()))
}

fn packing(error: &std::io::Error) -> BadSegment {
    BadSegment::Packing(error.to_string())
}

#[cfg(test)]
mod tests;
