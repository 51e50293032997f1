//! What the device tells the screens unasked.

use serde::{Deserialize, Serialize};

/// News without content: the screen asks again for what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Documents or reference rows changed on this device.
    DataChanged,
    /// What waits, or the state of the network, changed.
    SyncChanged,
    /// Somebody signed in or out, or the store was unlocked.
    SessionChanged,
}
