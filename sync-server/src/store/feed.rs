//! The scopes' logs, as devices read them.

use super::Answer;
use std::collections::BTreeMap;
use sync::wire::v1::{Entry, ScopeSum};
use sync::{Checksum, ScopeId};
use uuid::Uuid;

/// A page of news.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Whole entries, in order.
    pub entries: Vec<Entry>,
    /// How far each scope was read.
    pub read: BTreeMap<ScopeId, u64>,
    /// Sums of the scopes that were read to their end.
    pub sums: Vec<ScopeSum>,
    /// There is more.
    pub more: bool,
}

/// A scope's sum as it is kept, and as its live entries give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumCheck {
    /// Which scope.
    pub scope: ScopeId,
    /// As kept.
    pub kept: Checksum,
    /// As computed.
    pub computed: Checksum,
}

/// What devices read.
pub trait Feed: Send + Sync {
    /// The epoch of this data.
    fn epoch(&self) -> Answer<'_, Uuid>;

    /// Gives this data a new epoch: it was restored, and devices may know what it does not.
    fn renew_epoch(&self, epoch: Uuid) -> Answer<'_, ()>;

    /// What is new in scopes, each after a sequence, up to about `room` bytes; at least one entry if there is one.
    fn news(&self, scopes: Vec<(ScopeId, u64)>, room: usize) -> Answer<'_, News>;

    /// The last sequence of each of these scopes that has a log.
    fn heads(&self, scopes: Vec<ScopeId>) -> Answer<'_, BTreeMap<ScopeId, u64>>;

    /// Computes all sums from what is really there.
    fn check_sums(&self) -> Answer<'_, Vec<SumCheck>>;
}
