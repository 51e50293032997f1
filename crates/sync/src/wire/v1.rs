//! Version 1 of the wire: one round trip carries what waits up and what is new down.

use super::segment::{Manifest, Name};
use crate::{Checksum, ScopeId};
use document::{Actor, ChangeHash, Kind};
use domain::Instant;
use domain::ids::{DeviceId, DocId};
use domain::reference::{Row, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// This version's number.
pub const VERSION: u8 = 1;

/// The most items in one request.
pub const MAX_ITEMS: usize = 500;

/// The most bytes of changes in one request.
pub const MAX_ITEM_BYTES: usize = 4 * 1024 * 1024;

/// The most bytes that a request may have once inflated: the changes, and what stands around each.
pub const MAX_REQUEST_BYTES: u64 = 5 * 1024 * 1024;

/// What a device asks in `POST /v1/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Which installation.
    pub device: DeviceId,
    /// Its writing hand; registered to it at the first request.
    pub actor: Actor,
    /// The cursor of the last answer, as it was; none at first.
    #[serde(with = "bytes_option")]
    pub cursor: Option<Vec<u8>>,
    /// Changes that wait, in the order in which they were made.
    pub items: Vec<Item>,
    /// About how many bytes of news the device wants at most.
    pub room: u32,
    /// Scopes that the device was told to leave, and of which it holds nothing any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<ScopeId>,
    /// Scopes whose first copy the device is reading from segments, or does not want from segments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copying: Vec<Copying>,
}

/// How far the first copy of a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copying {
    /// Which scope.
    pub scope: ScopeId,
    /// How far.
    pub stage: Stage,
}

/// How far a first copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Pieces of this manifest are being applied: the same one is wanted again.
    Reading(Name),
    /// All pieces of this manifest were applied: what came after its cut is wanted.
    Applied(Name),
    /// A piece could not be read: the scope is wanted from its log.
    ByLog,
}

/// A change that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Of which document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The change's bytes. The server computes the hash itself.
    #[serde(with = "bytes")]
    pub change: Vec<u8>,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// One for each item, in the items' order.
    pub acks: Vec<Ack>,
    /// News in the order in which to apply them; a page ends between whole entries.
    pub news: Vec<Entry>,
    /// To be kept in the same transaction as the news.
    #[serde(with = "bytes")]
    pub cursor: Vec<u8>,
    /// The sums of the scopes that this page brings to their end.
    pub sums: Vec<ScopeSum>,
    /// What a rule on the server noticed about documents.
    pub findings: Vec<Finding>,
    /// What the device must do.
    pub orders: Vec<Order>,
    /// There is more: ask again at once.
    pub more: bool,
    /// The server's time.
    pub at: Instant,
    /// First copies to be fetched in pieces. The cursor leaves their scopes out, and the news too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Manifest>,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The change's hash; none when the bytes are no change.
    pub hash: Option<ChangeHash>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Durable on the server.
    Accepted,
    /// Was durable before.
    Duplicate,
    /// Refused for good; the device keeps the content and shows it.
    Rejected(Rejection),
    /// Not now; send it again.
    Retry,
}

/// Why an item was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// Larger than a change may be.
    TooLarge,
    /// Not a change, or a damaged one.
    Broken,
    /// The change's actor is not registered to this device, or it names another user.
    ForeignAuthor,
    /// The document belongs to an audience of which the caller is not, or is of another kind.
    OutsideAudience,
    /// The actor's count does not go on by one: the device was copied or restored.
    Sequence,
    /// Submitted calls take amendments only.
    Frozen,
    /// The document is append-only.
    AppendOnly,
    /// A document's owner and subject cannot change.
    Identity,
    /// With it the document would not be readable.
    Unreadable,
}

impl Rejection {
    /// The code as it stands in the locale files under `rejected.<code>`.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
            Self::ForeignAuthor => "foreign_author",
            Self::OutsideAudience => "outside_audience",
            Self::Sequence => "sequence",
            Self::Frozen => "frozen",
            Self::AppendOnly => "append_only",
            Self::Identity => "identity",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One line of a scope's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which scope.
    pub scope: ScopeId,
    /// Its place in the scope's log.
    pub seq: u64,
    /// What it says.
    pub news: News,
}

/// What a line of the log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// A change of a document.
    Change {
        /// Of which.
        doc: DocId,
        /// Its kind.
        kind: Kind,
        /// The change.
        #[serde(with = "bytes")]
        change: Vec<u8>,
    },
    /// A reference row, new or newer.
    Row {
        /// Grows with every version.
        version: u64,
        /// The row.
        row: Box<Row>,
    },
    /// A reference row is gone.
    RowGone {
        /// Its table.
        table: Table,
        /// Its key.
        key: Uuid,
        /// The version that is gone.
        version: u64,
    },
    /// A document came into the scope; its changes follow.
    DocAdded {
        /// Which.
        doc: DocId,
        /// Its kind.
        kind: Kind,
    },
    /// A document left the scope.
    DocRemoved {
        /// Which.
        doc: DocId,
    },
}

/// The sum of a scope at the end of its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeSum {
    /// Which scope.
    pub scope: ScopeId,
    /// The last sequence.
    pub seq: u64,
    /// The sum over its live entries.
    pub sum: Checksum,
}

/// Something that a rule on the server noticed. Never a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// About which document.
    pub doc: DocId,
    /// What: `logged_late`.
    pub code: String,
}

/// What the device must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Take a new actor: this one was used elsewhere.
    NewActor,
    /// Drop all that is held only by this scope, after pushing what waits.
    LeaveScope(ScopeId),
    /// Push all changes of this scope again that the server may have lost.
    PushAgain(ScopeId),
    /// The scope comes anew from its beginning: what does not come again has left it.
    StartOver(ScopeId),
}

/// CBOR byte strings instead of lists of numbers.
pub(super) mod bytes {
    use serde::{Deserializer, Serializer, de};
    use std::fmt;

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_byte_buf(ByteString)
    }

    pub struct ByteString;

    impl de::Visitor<'_> for ByteString {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a byte string")
        }

        fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }
}

/// The same for bytes that may be absent.
mod bytes_option {
    use super::bytes::ByteString;
    use serde::{Deserializer, Serializer, de};
    use std::fmt;

    pub fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_bytes(bytes),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        deserializer.deserialize_option(Optional)
    }

    struct Optional;

    impl<'de> de::Visitor<'de> for Optional {
        type Value = Option<Vec<u8>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a byte string or null")
        }

        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_byte_buf(ByteString).map(Some)
        }
    }
}
