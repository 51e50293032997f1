//! How far a device has read. The server writes it, the device keeps it as bytes and sends it back.

use crate::{ScopeId, cbor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The most bytes of a cursor: a device follows 2 to 15 scopes of at most 60 bytes.
const MAX_CURSOR_BYTES: usize = 16 * 1024;
/// A map in a map.
const MAX_DEPTH: usize = 4;

/// The last sequence read of each scope, in one epoch of the server's data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Epoch of the server's data; changes when it is restored from a backup.
    pub epoch: Uuid,
    /// Last sequence read; a scope that is absent was never read.
    pub read: BTreeMap<ScopeId, u64>,
}

/// The bytes are not a cursor; the server answers with a fresh copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

impl Cursor {
    /// As bytes for the device.
    pub fn encode(&self) -> Result<Vec<u8>, BadCursor> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).map_err(|_| BadCursor)?;
        Ok(bytes)
    }

    /// From the device's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadCursor> {
        if bytes.len() > MAX_CURSOR_BYTES {
            return Err(BadCursor);
        }
        cbor::read(bytes, MAX_DEPTH).map_err(|_| BadCursor)
    }
}
