//! Who works with this device.

use domain::ids::UserId;
use domain::people::{Country, Role};
use serde::{Deserialize, Serialize};

/// Where do we stand?
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct GetSession {}

/// Opens the store with the user's passphrase, where there is no keychain. The first one given becomes the
/// passphrase.
#[derive(Clone, Serialize, Deserialize)]
pub struct Unlock {
    /// At least 10 characters.
    pub passphrase: String,
}

/// Signs in at the server. Needs a network.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// Name of the user: `anna.berg`.
    pub user: String,
    /// Password.
    pub password: String,
}

/// Ends the session. The data stays on the device, encrypted, and nothing that waits is lost.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct SignOut {}

/// Where the session stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum SessionView {
    /// The store waits for a passphrase.
    Locked {
        /// No passphrase was ever chosen: the one given becomes it.
        first: bool,
    },
    /// Nobody is signed in.
    SignedOut {
        /// Address of the server.
        server: String,
        /// Who was signed in last.
        last_user: Option<String>,
    },
    /// Somebody is.
    SignedIn(Me),
}

/// The person at the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Who.
    pub user: UserId,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Name of the territory, if one.
    pub territory: Option<String>,
    /// Country whose rules hold.
    pub country: Country,
    /// The first sync is done, so lists are complete.
    pub ready: bool,
    /// The session at the server has ended; work goes on offline, sending needs a new sign-in.
    pub expired: bool,
    /// The shell offers a switch to go offline (`rounds-web`).
    pub can_go_offline: bool,
}

impl std::fmt::Debug for Unlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlock { .. }")
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn {{ user: {:?}, .. }}", self.user)
    }
}
