//! CBOR from somebody else: no deeper than the forms are, and nothing after it.

use serde::de::DeserializeOwned;

/// Reads one value that fills all of the bytes.
pub fn read<T: DeserializeOwned>(mut bytes: &[u8], depth: usize) -> Result<T, String> {
    let value = ciborium::de::from_reader_with_recursion_limit(&mut bytes, depth);
    let value = value.map_err(|error: ciborium::de::Error<_>| error.to_string())?;
    if bytes.is_empty() { Ok(value) } else { Err("there are bytes after the content".into()) }
}
