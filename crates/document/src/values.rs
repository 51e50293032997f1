//! Reading and writing single values. A value with several parts is one scalar (JSON), so that it merges whole.

use automerge::iter::MapRangeItem;
use automerge::transaction::Transactable;
use automerge::{AutoCommit, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use uuid::Uuid;

const ID: &str = "id";

/// Why a document cannot be read or written as its kind.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A value that every document of the kind has is not there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A value is not what the kind has there.
    #[error("`{0}` is not what a document of this kind has there")]
    Mistyped(String),
    /// The library refuses.
    #[error(transparent)]
    Library(#[from] AutomergeError),
    /// The change cannot be kept.
    #[error(transparent)]
    Change(#[from] crate::BrokenChange),
}

/// Reads the value at a key; none when it is absent or null.
pub(crate) fn read<T: DeserializeOwned>(
    am: &AutoCommit,
    obj: &ObjId,
    key: &str,
) -> Result<Option<T>, Unreadable> {
    match am.get(obj, key)? {
        None => Ok(None),
        Some((value, _)) => decode(&value, key),
    }
}

/// Reads a value that must be there.
pub(crate) fn read_needed<T: DeserializeOwned>(
    am: &AutoCommit,
    obj: &ObjId,
    key: &str,
) -> Result<T, Unreadable> {
    read(am, obj, key)?.ok_or_else(|| Unreadable::Missing(key.to_owned()))
}

/// The values of a map by their keys, read in one pass: a look for each key costs as much as the pass.
pub(crate) struct Values(BTreeMap<String, Entry>);

struct Entry {
    value: Value<'static>,
    id: ObjId,
    /// Others wrote it at the same time.
    contested: bool,
}

impl Values {
    /// All values of a map.
    pub fn of(am: &AutoCommit, obj: &ObjId) -> Self {
        let owned = |item: MapRangeItem<'_>| {
            let (id, contested) = (item.id(), item.conflict);
            (item.key.into_owned(), Entry { value: item.value.into_value(), id, contested })
        };
        Self(am.map_range(obj, ..).map(owned).collect())
    }

    /// The value at a key; none when it is absent or null.
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Unreadable> {
        self.0.get(key).map_or(Ok(None), |entry| decode(&entry.value, key))
    }

    /// A value that must be there.
    pub fn need<T: DeserializeOwned>(&self, key: &str) -> Result<T, Unreadable> {
        self.read(key)?.ok_or_else(|| Unreadable::Missing(key.to_owned()))
    }

    /// The object at a key.
    pub fn object(&self, key: &str, kind: ObjType) -> Result<&ObjId, Unreadable> {
        match self.0.get(key) {
            Some(Entry { value: Value::Object(found), id, .. }) if *found == kind => Ok(id),
            Some(_) => Err(Unreadable::Mistyped(key.to_owned())),
            None => Err(Unreadable::Missing(key.to_owned())),
        }
    }

    /// Whether people wrote a key at the same time.
    pub fn is_contested(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|entry| entry.contested)
    }

    /// The keys that begin so, sorted.
    pub fn keys_under(&self, beginning: &str) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(move |key| key.starts_with(beginning))
    }

    /// All keys with their values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'static>)> {
        self.0.iter().map(|(key, entry)| (key.as_str(), &entry.value))
    }

    /// Checks that the document is the one that it says it is.
    pub fn check_name(&self, id: Uuid) -> Result<(), Unreadable> {
        let found: Uuid = self.need(ID)?;
        if found == id { Ok(()) } else { Err(Unreadable::Mistyped(ID.to_owned())) }
    }
}

/// Decodes a value that [`write`] wrote; none for null.
pub(crate) fn decode<T: DeserializeOwned>(value: &Value<'_>, key: &str) -> Result<Option<T>, Unreadable> {
    let mistyped = || Unreadable::Mistyped(key.to_owned());
    match value {
        Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Null => Ok(None),
            ScalarValue::Str(json) => serde_json::from_str(json).map(Some).map_err(|_| mistyped()),
            _ => Err(mistyped()),
        },
        Value::Object(_) => Err(mistyped()),
    }
}

/// Writes a value; `None` options become null.
pub(crate) fn write<T: Serialize>(
    am: &mut AutoCommit,
    obj: &ObjId,
    key: &str,
    value: &T,
) -> Result<(), Unreadable> {
    let json = serde_json::to_string(value).map_err(|_| Unreadable::Mistyped(key.to_owned()))?;
    let scalar = if json == "null" { ScalarValue::Null } else { ScalarValue::Str(json.into()) };
    Ok(am.put(obj, key, scalar)?)
}

/// Says in the document which one it is, so that its changes fit no other document.
pub(crate) fn name(am: &mut AutoCommit, id: Uuid) -> Result<(), Unreadable> {
    write(am, &ROOT, ID, &id)
}

/// The object at a key.
pub(crate) fn object(am: &AutoCommit, obj: &ObjId, key: &str, kind: ObjType) -> Result<ObjId, Unreadable> {
    match am.get(obj, key)? {
        Some((Value::Object(found), id)) if found == kind => Ok(id),
        Some(_) => Err(Unreadable::Mistyped(key.to_owned())),
        None => Err(Unreadable::Missing(key.to_owned())),
    }
}
