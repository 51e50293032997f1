//! The closed list of reasons for which the device refuses a command.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// Why a command was refused. Texts for people, what happened and what to do next, are in the locale
        /// files under `error.<code>.what` and `error.<code>.next`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $text)] $name),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it stands on the wire and in the locale files.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

codes! {
    /// The store is locked: the passphrase is needed.
    Locked = "locked",
    /// The passphrase does not open the store.
    WrongPassphrase = "wrong_passphrase",
    /// A new passphrase is too short.
    WeakPassphrase = "weak_passphrase",
    /// The keychain that holds the key does not answer.
    KeychainUnavailable = "keychain_unavailable",
    /// The database file is damaged.
    StoreDamaged = "store_damaged",
    /// Another program holds the database file.
    StoreBusy = "store_busy",
    /// The disk is full: nothing was saved.
    DiskFull = "disk_full",
    /// The database was written by a newer version of the app.
    StoreTooNew = "store_too_new",
    /// Nobody is signed in.
    SignedOut = "signed_out",
    /// User or password is wrong.
    SignInFailed = "sign_in_failed",
    /// This device holds another user's data.
    DeviceOfAnother = "device_of_another",
    /// The server cannot be reached.
    NoNetwork = "no_network",
    /// The server answered with something that is not its protocol.
    ServerAnswer = "server_answer",
    /// The server speaks a newer protocol than this app.
    ServerTooNew = "server_too_new",
    /// The server asks to wait.
    ServerBusy = "server_busy",
    /// There is no such record on this device.
    NotFound = "not_found",
    /// A submitted call is frozen.
    CallFrozen = "call_frozen",
    /// A cancelled call takes no changes.
    CallCancelled = "call_cancelled",
    /// Only submitted calls are amended.
    CallNotSubmitted = "call_not_submitted",
    /// A reason has to be given.
    ReasonRequired = "reason_required",
    /// A call needs at least one HCP.
    AttendeeRequired = "attendee_required",
    /// The call ends before it begins.
    TimeInvalid = "time_invalid",
    /// The call has not ended yet, so it cannot be submitted.
    NotYetOver = "not_yet_over",
    /// The side-effect question was not answered.
    SideEffectUnanswered = "side_effect_unanswered",
    /// The HCP is inactive and is not planned any more.
    HcpInactive = "hcp_inactive",
    /// A text is empty.
    TextRequired = "text_required",
    /// A text is too long.
    TextTooLong = "text_too_long",
    /// The command's content cannot be read.
    BadRequest = "bad_request",
    /// Something else went wrong; the detail is for support.
    Internal = "internal",
}

/// A refusal: nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}: {}", code.text(), detail.as_deref().unwrap_or("no detail"))]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// Where the locale files have the texts: `error.<code>`.
    pub message_key: String,
    /// A technical detail for support, never a secret; none when the code says all.
    pub detail: Option<String>,
}

impl Refusal {
    /// A refusal whose code says all.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self { code, message_key: format!("error.{}", code.text()), detail: None }
    }

    /// A refusal with a detail for support.
    #[must_use]
    pub fn because(code: Code, detail: impl std::fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..Self::of(code) }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::of(code)
    }
}
