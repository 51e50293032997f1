//! What the device remembers of itself, in the store's settings.

use contract::Refusal;
use document::Actor;
use domain::Instant;
use domain::ids::DeviceId;
use serde::{Serialize, de::DeserializeOwned};
use store::{ReadError, Reader};
use sync::ScopeId;
use sync::json::Session;

/// Which installation this is. Never changes.
pub const DEVICE: &str = "device";
/// With which hand it writes.
pub const ACTOR: &str = "actor";
/// The session at the server, with its tokens.
pub const SESSION: &str = "session";
/// Whose data this is. Stays after signing out.
pub const OWNER: &str = "owner";
/// Under which name they signed in.
pub const LOGIN: &str = "login";
/// The session was ended by the server.
pub const EXPIRED: &str = "expired";
/// How far the feed was read: the server's own bytes.
pub const CURSOR: &str = "cursor";
/// Scopes that are left, until the server has heard that nothing of them is here any more.
pub const LEFT: &str = "left";
/// When the last exchange went well.
pub const LAST_SYNC: &str = "last_sync";
/// Scopes that are copied in pieces, and how far.
pub const COPYING: &str = "copying";
/// The first copy is complete.
pub const READY: &str = "ready";

/// A setting to be committed.
pub type Setting = (&'static str, Option<Vec<u8>>);

/// A value as a setting.
pub fn set<T: Serialize>(key: &'static str, value: &T) -> Result<Setting, Refusal> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| Refusal::because(contract::Code::Internal, error))?;
    Ok((key, Some(bytes)))
}

/// A setting's value, if it was ever set.
pub fn get<T: DeserializeOwned>(reader: &Reader<'_>, key: &str) -> Result<Option<T>, ReadError> {
    let Some(bytes) = reader.setting(key)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| ReadError::Damaged(format!("{key}: {error}")))
}

/// A setting that every device has.
pub fn need<T: DeserializeOwned>(reader: &Reader<'_>, key: &str) -> Result<T, ReadError> {
    get(reader, key)?.ok_or_else(|| ReadError::Damaged(format!("{key} is missing")))
}

/// Which installation this is, and with which hand it writes.
pub fn identity(reader: &Reader<'_>) -> Result<(DeviceId, Actor), ReadError> {
    Ok((need(reader, DEVICE)?, need(reader, ACTOR)?))
}

/// Scopes that are left and of which the server has not heard.
pub fn left(reader: &Reader<'_>) -> Result<Vec<ScopeId>, ReadError> {
    Ok(get(reader, LEFT)?.unwrap_or_default())
}

/// The session at the server, if somebody is signed in.
pub fn session(reader: &Reader<'_>) -> Result<Option<Session>, ReadError> {
    get(reader, SESSION)
}

/// When the last exchange went well.
pub fn last_sync(reader: &Reader<'_>) -> Result<Option<Instant>, ReadError> {
    get(reader, LAST_SYNC)
}
