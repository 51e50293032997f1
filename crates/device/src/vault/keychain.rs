//! The operating system's keychain.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{Code, Refusal};
use store::Key;
use zeroize::Zeroizing;

const SERVICE: &str = "rounds";

/// Keeps a key and reads it back, so that a keychain that forgets is noticed before anything is encrypted with it.
pub fn put(entry: &str, key: &Key) -> Result<Key, Refusal> {
    let text = Zeroizing::new(STANDARD.encode(key.bits()));
    open(entry)?.set_password(&text).map_err(unavailable)?;
    get(entry)
}

/// The key under a name.
pub fn get(entry: &str) -> Result<Key, Refusal> {
    let text = Zeroizing::new(open(entry)?.get_password().map_err(unavailable)?);
    let bits = Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(unavailable)?);
    let bits: [u8; 32] = bits.as_slice().try_into().map_err(unavailable)?;
    Ok(Key::new(bits))
}

fn open(entry: &str) -> Result<keyring::Entry, Refusal> {
    keyring::Entry::new(SERVICE, entry).map_err(unavailable)
}

fn unavailable(error: impl std::fmt::Display) -> Refusal {
    Refusal::because(Code::KeychainUnavailable, error)
}
