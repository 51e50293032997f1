//! What a transaction adds to the logs of scopes: lines in their order, and what they add to each sum. Every store
//! gathers it in the same way, and writes it in its own.

use document::ChangeHash;
use domain::ids::DocId;
use domain::reference::Table;
use std::collections::BTreeMap;
use sync::{Checksum, ScopeId};
use uuid::Uuid;

/// Kinds of lines, as they stand in the column.
pub const CHANGE: i16 = 1;
/// A row is new or newer.
pub const ROW: i16 = 2;
/// A row left the scope.
pub const ROW_GONE: i16 = 3;
/// A document came into the scope; its changes follow.
pub const DOC_ADDED: i16 = 4;
/// A document left the scope.
pub const DOC_REMOVED: i16 = 5;

/// A line to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A change of a document.
    Change { doc: DocId, hash: ChangeHash },
    /// A row, new or newer.
    Row { table: Table, key: Uuid, version: u64 },
    /// A row left the scope.
    RowGone { table: Table, key: Uuid, version: u64 },
    /// A document came into the scope.
    DocAdded { doc: DocId },
    /// A document left the scope.
    DocRemoved { doc: DocId },
}

impl Line {
    /// Its kind, as it stands in the column.
    pub fn kind(&self) -> i16 {
        match self {
            Self::Change { .. } => CHANGE,
            Self::Row { .. } => ROW,
            Self::RowGone { .. } => ROW_GONE,
            Self::DocAdded { .. } => DOC_ADDED,
            Self::DocRemoved { .. } => DOC_REMOVED,
        }
    }

    /// The document or the key of the row.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Change { doc, .. } | Self::DocAdded { doc } | Self::DocRemoved { doc } => doc.0,
            Self::Row { key, .. } | Self::RowGone { key, .. } => *key,
        }
    }

    /// The change, if it speaks of one.
    pub fn hash(&self) -> Option<ChangeHash> {
        match self {
            Self::Change { hash, .. } => Some(*hash),
            _ => None,
        }
    }

    /// The row's table and version, if it speaks of a row.
    pub fn row(&self) -> Option<(Table, u64)> {
        match self {
            Self::Row { table, version, .. } | Self::RowGone { table, version, .. } => {
                Some((*table, *version))
            }
            _ => None,
        }
    }
}

/// What is added to one scope.
#[derive(Debug, Default)]
pub struct Addition {
    /// Lines, in order.
    pub lines: Vec<Line>,
    /// What they add to the sum.
    pub sum: Checksum,
}

impl Addition {
    /// Takes something away from the scope.
    pub fn takes_away(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.kind(), ROW_GONE | DOC_REMOVED))
    }
}

/// What a transaction adds to logs. Gathered first and written LAST, scopes in sorted order: a sequence is allocated
/// just before the commit, under the lock of the scope, so that the order of sequences is the order of commits inside
/// a scope, and a reader who sees a line has seen all before it.
#[derive(Debug, Default)]
pub struct Additions(BTreeMap<ScopeId, Addition>);

impl Additions {
    /// A change came into a scope.
    pub fn change(&mut self, scope: ScopeId, doc: DocId, hash: ChangeHash) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(Checksum::of_change(&scope, doc, &hash));
        addition.lines.push(Line::Change { doc, hash });
    }

    /// A document came into a scope with all the changes that it has, in an order in which each comes after what it
    /// builds upon.
    pub fn doc_added(&mut self, scope: ScopeId, doc: DocId, changes: &[ChangeHash]) {
        self.0.entry(scope).or_default().lines.push(Line::DocAdded { doc });
        changes.iter().for_each(|hash| self.change(scope, doc, *hash));
    }

    /// A document left a scope, in which it had these changes.
    pub fn doc_removed(&mut self, scope: ScopeId, doc: DocId, changes: &[ChangeHash]) {
        let addition = self.0.entry(scope).or_default();
        let less = |sum: Checksum, hash| sum.minus(Checksum::of_change(&scope, doc, hash));
        addition.sum = changes.iter().fold(addition.sum, less);
        addition.lines.push(Line::DocRemoved { doc });
    }

    /// A row came into a scope, or a newer version of one that was there.
    pub fn row(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64, before: Option<u64>) {
        let of = |version| Checksum::of_row(&scope, table, key, version);
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.plus(of(version)).minus(before.map(of).unwrap_or_default());
        addition.lines.push(Line::Row { table, key, version });
    }

    /// A row left a scope.
    pub fn row_gone(&mut self, scope: ScopeId, (table, key): (Table, Uuid), version: u64) {
        let addition = self.0.entry(scope).or_default();
        addition.sum = addition.sum.minus(Checksum::of_row(&scope, table, key, version));
        addition.lines.push(Line::RowGone { table, key, version });
    }

    /// What comes to each scope, scopes in sorted order.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &Addition)> {
        self.0.iter().map(|(scope, addition)| (*scope, addition))
    }

    /// What they add to the sum of each scope.
    pub fn sums(&self) -> impl Iterator<Item = (ScopeId, Checksum)> {
        self.scopes().map(|(scope, addition)| (scope, addition.sum))
    }

    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::TerritoryId;
    use domain::people::Audience;

    #[test]
    fn a_document_that_comes_and_goes_leaves_the_sum_as_it_was() {
        let scope = ScopeId::Territory(TerritoryId(Uuid::nil()), Audience::All);
        let (doc, changes) = (DocId(Uuid::nil()), [ChangeHash([1; 32]), ChangeHash([2; 32])]);
        let mut additions = Additions::default();
        additions.doc_added(scope, doc, &changes);
        additions.doc_removed(scope, doc, &changes);

        let (_, addition) = additions.scopes().next().unwrap();
        assert_eq!(addition.sum, Checksum::default());
        let kinds: Vec<_> = addition.lines.iter().map(Line::kind).collect();
        assert_eq!(kinds, [DOC_ADDED, CHANGE, CHANGE, DOC_REMOVED]);
    }
}
