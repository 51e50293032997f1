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
    /// Scopes that are read from their beginning because the log does not go on where the reader stopped: the sequence
    /// was never given, or the log begins later.
    pub anew: Vec<ScopeId>,
}

/// The most lines that are looked at for one page, those included that say nothing any more: a page of only such lines
/// ends, and the next goes on behind them.
pub const LINES_PER_PAGE: usize = 4_096;

/// Where a scope's log begins to be whole, where it ends, and the sum there.
#[derive(Debug, Clone, Copy, Default)]
pub struct End {
    /// Whoever has read less begins anew.
    pub base: u64,
    /// The last sequence.
    pub head: u64,
    /// The sum over live entries.
    pub sum: Checksum,
}

impl News {
    /// From where to read a scope that was read so far, and whether that is anew.
    pub fn begin(&mut self, scope: ScopeId, after: u64, end: &End) -> u64 {
        let known = after == 0 || (end.base..=end.head).contains(&after);
        if !known {
            self.anew.push(scope);
        }
        let after = if known { after } else { 0 };
        self.read.insert(scope, after);
        after
    }

    /// A scope was read to its end.
    pub fn finish(&mut self, scope: ScopeId, end: &End) {
        self.read.insert(scope, end.head);
        self.sums.push(ScopeSum { scope, seq: end.head, sum: end.sum });
    }
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

    /// What is new in scopes, each after a sequence, up to about `room` bytes; at least one entry if there is one. Lines
    /// of documents that a scope does not hold any more are passed over, and so many at most that a page may have no
    /// entry and yet say that there is more.
    fn news(&self, scopes: Vec<(ScopeId, u64)>, room: usize) -> Answer<'_, News>;

    /// The last sequence of each of these scopes that has a log.
    fn heads(&self, scopes: Vec<ScopeId>) -> Answer<'_, BTreeMap<ScopeId, u64>>;

    /// Computes all sums from what is really there.
    fn check_sums(&self) -> Answer<'_, Vec<SumCheck>>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::Country;

    const SCOPE: ScopeId = ScopeId::Country(Country::DE);

    #[test]
    fn a_log_is_read_on_where_it_is_whole_and_anew_where_it_is_not() {
        let end = End { base: 5, head: 9, sum: Checksum::default() };
        for (after, from, anew) in [(0, 0, false), (4, 0, true), (5, 5, false), (9, 9, false), (10, 0, true)]
        {
            let mut news = News::default();
            assert_eq!(news.begin(SCOPE, after, &end), from, "after {after}");
            assert_eq!((news.read[&SCOPE], news.anew == [SCOPE]), (from, anew), "after {after}");
        }
    }
}
