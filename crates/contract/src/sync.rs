//! What waits to be sent, and what needs attention.

use domain::Instant;
use domain::ids::DocId;
use serde::{Deserialize, Serialize};

/// How does sync stand?
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct GetSync {}

/// Syncs now. Refused with `no_network` when offline.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct SyncNow {}

/// Cuts this device off from the network, or connects it again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SetOffline {
    /// Cut off.
    pub offline: bool,
}

/// Sends a refused document again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RetryDocument {
    /// Which.
    pub doc: DocId,
}

/// The network as the device sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// The last exchange with the server went well.
    Online,
    /// The server could not be reached.
    Unreachable,
    /// Switched off by the user.
    SwitchedOff,
    /// The session has ended: sign in again to send.
    SignInNeeded,
}

/// What a document is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Subject {
    /// A call with somebody.
    Call {
        /// Names of the HCPs.
        with: String,
    },
    /// Consent of somebody.
    Consent {
        /// Name of the HCP.
        of: String,
    },
    /// Notes about somebody.
    Notes {
        /// Name of the HCP.
        about: String,
    },
    /// A follow-up.
    FollowUp {
        /// Its text.
        text: String,
    },
}

/// A document with changes that wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDocument {
    /// Which.
    pub doc: DocId,
    /// What it is.
    pub subject: Subject,
    /// How many changes wait.
    pub changes: u32,
    /// Since when.
    pub since: Instant,
}

/// A document that the server refused. Its content is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedDocument {
    /// Which.
    pub doc: DocId,
    /// What it is.
    pub subject: Subject,
    /// Why, as a code of the protocol; texts are in the locale files under `rejected.<code>`.
    pub code: String,
    /// When.
    pub at: Instant,
}

/// How sync stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncView {
    /// The network.
    pub network: Network,
    /// An exchange is under way.
    pub running: bool,
    /// When the last exchange went well.
    pub last: Option<Instant>,
    /// Changes that wait.
    pub waiting_changes: u32,
    /// Documents with changes that wait, oldest first.
    pub waiting: Vec<WaitingDocument>,
    /// Documents that the server refused.
    pub attention: Vec<RefusedDocument>,
    /// How far the first copy is, while it comes.
    pub first_sync: Option<Progress>,
}

/// How much of something is done, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// So much.
    pub done: u64,
    /// Of so much.
    pub of: u64,
}
