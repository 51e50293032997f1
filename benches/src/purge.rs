//! What a device's file really holds: every page decrypted, those that nothing uses any more too. SQL would show only
//! what is in use.

use crate::keychain;
use aes::Aes256;
use aes::cipher::{BlockDecryptMut, KeyIvInit, block_padding::NoPadding};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// SQLCipher 4 has pages of so many bytes, the last of which are the initial vector and a code of authenticity
/// (<https://www.zetetic.net/sqlcipher/design/>).
const PAGE: usize = 4_096;
const RESERVED: usize = 80;
const VECTOR: usize = 16;
/// The first page begins with the salt, which is not encrypted.
const SALT: usize = 16;

/// The content of all pages of a file, and of its log where there is one.
pub fn decrypted(file: &Path) -> Result<Vec<u8>> {
    let mut content = pages(&std::fs::read(file)?, SALT)?;
    ensure!(
        content.windows(7).any(|some| some == b"CREATE "),
        "the pages were not decrypted: no schema in them"
    );
    let log = file.with_extension("db-wal");
    if log.exists() {
        content.extend(frames(&std::fs::read(log)?)?);
    }
    Ok(content)
}

fn pages(bytes: &[u8], salt: usize) -> Result<Vec<u8>> {
    let mut content = Vec::with_capacity(bytes.len());
    for (n, page) in bytes.chunks_exact(PAGE).enumerate() {
        content.extend(page_content(page, if n == 0 { salt } else { 0 })?);
    }
    Ok(content)
}

/// A log is a head of 32 bytes and then pages, each behind a head of 24 (<https://sqlite.org/fileformat2.html#walformat>).
fn frames(log: &[u8]) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    for frame in log.get(32..).unwrap_or_default().chunks_exact(24 + PAGE) {
        let first = frame.starts_with(&[0, 0, 0, 1]);
        content.extend(page_content(&frame[24..], if first { SALT } else { 0 })?);
    }
    Ok(content)
}

fn page_content(page: &[u8], from: usize) -> Result<Vec<u8>> {
    let end = PAGE - RESERVED;
    let vector = page.get(end..end + VECTOR).context("a page is too short")?;
    let decryptor = cbc::Decryptor::<Aes256>::new_from_slices(&keychain::BITS, vector)?;
    let content = decryptor.decrypt_padded_vec_mut::<NoPadding>(&page[from..end]);
    content.map_err(|error| anyhow::anyhow!("a page cannot be decrypted: {error}"))
}

/// How often any of these words stands in it.
#[must_use]
pub fn occurrences(content: &[u8], words: &[String]) -> usize {
    let lowered = content.to_ascii_lowercase();
    let text = String::from_utf8_lossy(&lowered);
    words.iter().map(|word| text.matches(&word.to_lowercase()).count()).sum()
}
