//! Documents, their changes, and what follows from them.

use super::Answer;
use crate::activity::Effect;
use crate::connectors::outbox::NewEntry;
use document::{Actor, Change, ChangeHash, Content, Kind};
use domain::Instant;
use domain::ids::{ActivityId, DeviceId, DocId, HcpId, TerritoryId, UserId};
use domain::insight::{Activity, ActivityKind};
use domain::people::Audience;
use std::collections::HashMap;
use sync::ScopeId;
use sync::wire::v1::Rejection;
use uuid::Uuid;

/// A change that a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// Its count among the actor's.
    pub seq: u64,
    /// The counter of its last operation.
    pub last_op: u64,
}

/// A document as it is kept.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its kind.
    pub kind: Kind,
    /// The scopes that hold it.
    pub scopes: Vec<ScopeId>,
    /// Who may hold it.
    pub audience: Audience,
    /// Scopes that held it before, and when it left each.
    pub former: Vec<(ScopeId, Instant)>,
    /// Grows with every push, and when it moves.
    pub revision: u64,
    /// The whole document, saved.
    pub saved: Vec<u8>,
    /// Its changes.
    pub written: Vec<Written>,
}

/// In which territory an HCP is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Now.
    pub now: Option<TerritoryId>,
    /// Before, and since when no more.
    pub former: Vec<(TerritoryId, Instant)>,
}

/// A document as a page of all documents has it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The whole document, saved.
    pub saved: Vec<u8>,
}

/// The new state of a document.
#[derive(Debug, Clone)]
pub struct NewState {
    /// Which.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// The revision that the new state builds upon; none for a new document.
    pub revision: Option<u64>,
    /// The scopes that hold it, as far as nothing says where it lives: see `sync::placement`.
    pub scopes: Vec<ScopeId>,
    /// The whole document, saved.
    pub saved: Vec<u8>,
    /// What it says.
    pub content: Content,
    /// The changes that are new, in order.
    pub changes: Vec<Change>,
}

/// An effect of a change on the world: one line of the activity log. Kept once per document, effect, subject and HCP.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Follows from what it is about, so that a repetition has the same.
    pub id: ActivityId,
    /// Of which document.
    pub doc: DocId,
    /// What.
    pub effect: Effect,
    /// The call, amendment or consent event.
    pub subject: Uuid,
    /// With whom.
    pub hcp: Option<HcpId>,
    /// Through what.
    pub kind: ActivityKind,
    /// Who may read the document.
    pub audience: Audience,
    /// One line.
    pub title: String,
    /// When, by the device's clock.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// What other systems are told.
    pub data: serde_json::Value,
    /// What those see who may not hold the document.
    pub shown: Option<(Activity, ScopeId)>,
}

/// The places of the changes of a push among those of their document: after all that came with earlier revisions.
pub fn places(state: &NewState) -> impl Iterator<Item = u64> {
    let first = state.revision.unwrap_or_default() << 16;
    (0..).map(move |n| first + n)
}

impl NewState {
    /// Who may hold it: a document that begins says so by where it is born.
    pub fn audience(&self) -> Audience {
        match self.scopes.first() {
            Some(ScopeId::Territory(_, audience)) => *audience,
            Some(ScopeId::Country(_) | ScopeId::User(_)) | None => Audience::All,
        }
    }
}

impl Happened {
    /// What other systems are told. One queue per HCP, so that a receiver sees what happened with one in the order in
    /// which it came.
    #[must_use]
    pub fn leaving(&self) -> NewEntry {
        let key = self.hcp.map_or_else(|| self.doc.to_string(), |hcp| hcp.to_string());
        NewEntry {
            subject: key.clone(),
            key,
            event_id: self.id.0,
            event_type: self.effect.event(),
            time: self.at,
            data: self.data.clone(),
        }
    }
}

/// A change that is refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Of which document.
    pub doc: DocId,
    /// Which.
    pub hash: ChangeHash,
    /// Why.
    pub why: Rejection,
}

/// What one request brings, written whole or not at all.
#[derive(Debug, Clone)]
pub struct Push {
    /// Who.
    pub user: UserId,
    /// From where; none when the server itself writes.
    pub device: Option<DeviceId>,
    /// Received when.
    pub at: Instant,
    /// New states of documents.
    pub documents: Vec<NewState>,
    /// What follows from them.
    pub happened: Vec<Happened>,
    /// What was refused.
    pub refused: Vec<Refused>,
}

impl Push {
    /// Nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.refused.is_empty()
    }
}

/// What people wrote.
pub trait Documents: Send + Sync {
    /// The documents that there are among these.
    fn documents(&self, docs: Vec<DocId>) -> Answer<'_, HashMap<DocId, Held>>;

    /// The changes of these documents that were refused for good.
    fn refused(&self, docs: Vec<DocId>) -> Answer<'_, Vec<Refused>>;

    /// Where these HCPs are, and were.
    fn whereabouts(&self, hcps: Vec<HcpId>) -> Answer<'_, HashMap<HcpId, Whereabouts>>;

    /// Writes a push, each document where it is to live; `Conflict` when a document is no longer at the revision that its
    /// new state builds upon.
    fn push(&self, push: Push) -> Answer<'_, ()>;

    /// The lines of the activity log that follow from these documents, by their ids.
    fn activity_of(&self, docs: Vec<DocId>) -> Answer<'_, Vec<ActivityId>>;

    /// The documents after one in the order of their ids, at most so many; from the first when none is named.
    fn kept(&self, after: Option<DocId>, most: u32) -> Answer<'_, Vec<Kept>>;

    /// Makes all projections again from the documents. One that cannot be opened keeps its old rows and is logged.
    /// Answers how many could be.
    fn rebuild(&self) -> Answer<'_, u64>;
}
