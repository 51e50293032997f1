//! The pages of a device's files in the clear: those in use, those that are free, those in the log, and those that were
//! written and not synced. By SQLCipher's design: <https://www.zetetic.net/sqlcipher/design/>.

use crate::tablet::{CHEAP, PASSPHRASE};
use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use anyhow::{Context, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use disk::Piece;
use std::path::Path;
use store::Key;

const PAGE: usize = 4096;
/// At the end of a page: the vector of its encryption (16 bytes) and its seal.
const RESERVED: usize = 80;
const VECTOR: usize = 16;
/// Before all frames of the log, and before each.
const LOG: usize = 32;
const FRAME: usize = 24;

/// The key of the store in a folder, from the passphrase of all devices and the salt beside the store.
pub fn key_of(folder: &Path) -> Result<Key> {
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("key.json"))?)?;
    let salt = STANDARD.decode(record["salt"].as_str().context("no salt")?)?;
    let params = Params::new(CHEAP.memory_kib, CHEAP.passes, 1, Some(64)).map_err(|e| anyhow!("{e}"))?;
    let (mut bits, mut key) = ([0; 64], [0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSPHRASE.as_bytes(), &salt, &mut bits)
        .map_err(|error| anyhow!("{error}"))?;
    key.copy_from_slice(&bits[..32]);
    Ok(Key::new(key))
}

/// The pages of a piece in the clear. Of the first page of a file the beginning stays dark; it holds no data.
pub fn in_the_clear(piece: &Piece, key: &Key) -> Vec<Vec<u8>> {
    let log = piece.file.ends_with("-wal");
    let whole_log = log && piece.at == 0 && piece.bytes.len() > LOG;
    let (start, step, before) = if whole_log { (LOG, FRAME + PAGE, FRAME) } else { (0, PAGE, 0) };
    let frames = piece.bytes.get(start..).unwrap_or_default().chunks_exact(step);
    frames.filter_map(|frame| page(frame.get(before..)?, key)).collect()
}

fn page(page: &[u8], key: &Key) -> Option<Vec<u8>> {
    let (content, reserved) = page.split_at_checked(PAGE - RESERVED)?;
    let vector: [u8; VECTOR] = reserved.get(..VECTOR)?.try_into().ok()?;
    let mut clear = content.to_vec();
    cbc::Decryptor::<Aes256>::new(key.bits().into(), &vector.into())
        .decrypt_padded_mut::<NoPadding>(&mut clear)
        .ok()?;
    Some(clear)
}
