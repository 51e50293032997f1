//! Sessions and their tokens. Tokens come here hashed and are never kept as they are.

use super::{Account, Answer};
use domain::Instant;
use domain::ids::{DeviceId, UserId};
use std::collections::BTreeSet;
use sync::ScopeId;
use uuid::Uuid;

/// SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// A pair of tokens, hashed.
#[derive(Debug, Clone, Copy)]
pub struct Tokens {
    /// For requests.
    pub access: TokenHash,
    /// When it ends.
    pub access_until: Instant,
    /// For the next pair, once.
    pub refresh: TokenHash,
    /// When it ends.
    pub refresh_until: Instant,
}

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// Its first pair.
    pub tokens: Tokens,
    /// Now.
    pub at: Instant,
}

/// Who makes a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// In which session.
    pub session: Uuid,
    /// From which device.
    pub device: DeviceId,
    /// When the token ends that was brought.
    pub until: Instant,
    /// Who, as the store has it now.
    pub account: Account,
    /// The scopes that the device was told to follow and has not said that it left.
    pub told: BTreeSet<ScopeId>,
}

/// A session that has not ended, with the account as the store has it now.
#[derive(Debug, Clone)]
pub struct Live {
    /// Which session.
    pub session: Uuid,
    /// Whose.
    pub account: Account,
}

/// What became of a refresh token.
#[derive(Debug, Clone)]
pub enum Rotated {
    /// It was good, and is used up now.
    Renewed(Box<Account>),
    /// It is used up, so somebody has a copy. The session is ended.
    Reused,
    /// Unknown, too old, or of a session that has ended.
    Unknown,
}

/// Who is signed in.
pub trait Sessions: Send + Sync {
    /// Opens a session.
    fn open_session(&self, session: NewSession) -> Answer<'_, ()>;

    /// The caller who has this access token, while it is good. Its first use proves that the pair has arrived.
    fn caller(&self, access: TokenHash, now: Instant) -> Answer<'_, Option<Caller>>;

    /// Those of these sessions that have not ended.
    fn live_among(&self, sessions: Vec<Uuid>) -> Answer<'_, Vec<Live>>;

    /// Uses a refresh token up and gives its session the next pair; all other tokens of the session are worthless
    /// then. The one used last is good again for as long as nobody has used the pair that it gave.
    fn rotate(&self, refresh: TokenHash, next: Tokens, now: Instant) -> Answer<'_, Rotated>;

    /// Ends a session.
    fn end_session(&self, session: Uuid, now: Instant) -> Answer<'_, ()>;
}
