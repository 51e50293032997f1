//! The outermost form: three letters, the version, then zstd over CBOR.

use serde::{Serialize, de::DeserializeOwned};
use std::io::Read;

/// Content type of both directions of `POST /v1/sync`.
pub const CONTENT_TYPE: &str = "application/vnd.rounds.sync";

/// The most bytes that a frame may have once inflated.
pub const MAX_FRAME_BYTES: u64 = 16 * 1024 * 1024;

const LETTERS: &[u8; 3] = b"RND";
const LEVEL: i32 = 3;
/// The largest window that a frame may ask for, as a power of two: 8 MiB, which every reader of zstd has (RFC 8878,
/// 3.1.1.1.2). The library alone would take 128 MiB for a frame of ten bytes.
const MAX_WINDOW: u32 = 23;
/// How deep the content may be nested. The deepest message of a version has ten levels.
const MAX_DEPTH: usize = 32;

/// Why bytes are not a frame of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// Does not begin with the letters.
    #[error("not a frame")]
    NotAFrame,
    /// Another version.
    #[error("the frame has version {0}, this program reads version {1}")]
    Version(u8, u8),
    /// Inflates to more than is taken.
    #[error("the frame inflates to more than {0} bytes")]
    TooLarge(u64),
    /// The content is not what the version has.
    #[error("the frame's content cannot be read: {0}")]
    Content(String),
}

/// Encodes a message of a version.
pub fn encode<T: Serialize>(version: u8, message: &T) -> Result<Vec<u8>, BadFrame> {
    let content = |error: &dyn std::fmt::Display| BadFrame::Content(error.to_string());
    let mut cbor = Vec::new();
    ciborium::into_writer(message, &mut cbor).map_err(|error| content(&error))?;
    let mut frame = [LETTERS.as_slice(), &[version]].concat();
    frame.extend(zstd::bulk::compress(&cbor, LEVEL).map_err(|error| content(&error))?);
    Ok(frame)
}

/// Decodes a message of a version. Never inflates more than [`MAX_FRAME_BYTES`].
pub fn decode<T: DeserializeOwned>(version: u8, frame: &[u8]) -> Result<T, BadFrame> {
    decode_within(MAX_FRAME_BYTES, version, frame)
}

/// Decodes a message of a version that inflates to at most so many bytes.
pub fn decode_within<T: DeserializeOwned>(most: u64, version: u8, frame: &[u8]) -> Result<T, BadFrame> {
    let rest = frame.strip_prefix(LETTERS).ok_or(BadFrame::NotAFrame)?;
    let (&found, body) = rest.split_first().ok_or(BadFrame::NotAFrame)?;
    if found != version {
        return Err(BadFrame::Version(found, version));
    }
    let cbor = inflate(body, most)?;
    crate::cbor::read(&cbor, MAX_DEPTH).map_err(BadFrame::Content)
}

fn inflate(body: &[u8], most: u64) -> Result<Vec<u8>, BadFrame> {
    let content = |error: std::io::Error| BadFrame::Content(error.to_string());
    let mut cbor = Vec::new();
    let mut decoder = zstd::stream::read::Decoder::new(body).map_err(content)?;
    decoder.window_log_max(MAX_WINDOW).map_err(content)?;
    let read = decoder.take(most + 1).read_to_end(&mut cbor).map_err(content)?;
    if read as u64 > most { Err(BadFrame::TooLarge(most)) } else { Ok(cbor) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_says_what_is_wrong_with_it() {
        assert_eq!(decode::<u8>(1, b"hello"), Err(BadFrame::NotAFrame));
        assert_eq!(decode::<u8>(1, &encode(2, &7_u8).unwrap()), Err(BadFrame::Version(2, 1)));
        assert!(matches!(decode::<u8>(1, b"RND\x01nonsense"), Err(BadFrame::Content(_))));
    }

    #[test]
    fn a_small_frame_that_inflates_without_end_is_refused() {
        let mut bomb = b"RND\x01".to_vec();
        bomb.extend(zstd::bulk::compress(&vec![0; 17 * 1024 * 1024], 3).unwrap());
        assert!(bomb.len() < 10_000);
        assert_eq!(decode::<u8>(1, &bomb), Err(BadFrame::TooLarge(MAX_FRAME_BYTES)));
        assert_eq!(decode_within::<u8>(1024, 1, &bomb), Err(BadFrame::TooLarge(1024)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let frame = [b"RND\x01".as_slice(), &body].concat();
            let _ = decode::<crate::wire::v1::Request>(1, &frame);
        }
    }
}
