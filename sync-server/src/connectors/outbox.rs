//! The outbox as connectors see it: queues of entries, one queue per key, and what may be done with them.
//! The server's stores keep it; entries come in inside the merge transaction, not through this trait.

use crate::connectors::events::EventType;
use crate::store::Answer;
use domain::Instant;
use serde_json::Value;
use uuid::Uuid;

/// What a merge puts into the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// The queue: entries of one key leave in the order in which they came. The HCP's id.
    pub key: String,
    /// Id of the event and idempotency key of its delivery. A second entry with it is not taken.
    pub event_id: Uuid,
    /// What happened.
    pub event_type: EventType,
    /// About whom or what: the HCP's id.
    pub subject: String,
    /// When it happened.
    pub time: Instant,
    /// What the receiver gets to know.
    pub data: Value,
}

/// An entry that waits, or that is dead.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place: entries of a key leave in this order.
    pub id: i64,
    /// What the merge put in.
    pub new: NewEntry,
    /// How often it has been claimed, this time included. It also tells claims of the same entry apart.
    pub attempts: u32,
}

/// Names one claim of one entry, so that a worker that was too slow cannot settle for its successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Which entry.
    pub id: i64,
    /// [`Entry::attempts`] as the worker got it.
    pub attempt: u32,
}

impl Entry {
    /// This claim.
    #[must_use]
    pub fn claim(&self) -> Claim {
        Claim { id: self.id, attempt: self.attempts }
    }
}

/// An entry that was given up, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// The entry.
    pub entry: Entry,
    /// When it was given up.
    pub at: Instant,
    /// The last error.
    pub error: String,
}

/// Which dead letters to send again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// All of them.
    All,
    /// These, by entry id; others are left alone.
    These(Vec<i64>),
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The receiver has it.
    Delivered,
    /// Try again, not before `at`. Until then the whole key waits.
    Retry {
        /// When.
        at: Instant,
        /// Why it failed.
        error: String,
    },
    /// Give it up and go on with the key's next entry.
    Dead {
        /// Why it failed.
        error: String,
    },
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Entries that wait.
    pub waiting: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the oldest waiting entry happened.
    pub oldest: Option<Instant>,
}

/// Queues of entries on durable storage. Every call is one transaction.
pub trait Outbox: Send + Sync {
    /// Leases the first waiting entry of one key that is due at `now` and not leased beyond it: no second claim
    /// gets an entry of that key before it is settled or `leased_until` has passed. None when nothing is due.
    fn claim(&self, now: Instant, leased_until: Instant) -> Answer<'_, Option<Entry>>;

    /// Ends a claim. A claim that is no longer the entry's latest changes nothing.
    fn settle(&self, claim: Claim, settlement: Settlement, now: Instant) -> Answer<'_, ()>;

    /// Dead letters with an id above `after`, in the order of their ids, at most `limit`.
    fn dead_letters(&self, after: i64, limit: u32) -> Answer<'_, Vec<DeadLetter>>;

    /// Puts dead letters back, due at `now`, as if never tried; gives their number. They leave before younger
    /// entries of their key.
    fn replay(&self, which: Replay, now: Instant) -> Answer<'_, u64>;

    /// How much waits.
    fn backlog(&self) -> Answer<'_, Backlog>;

    /// Forgets what was delivered before `before`, the oldest first, at most `limit`; gives the number. An event id
    /// that is forgotten would be taken again, so keep it for as long as devices may push again.
    fn forget_delivered(&self, before: Instant, limit: u32) -> Answer<'_, u64>;
}
