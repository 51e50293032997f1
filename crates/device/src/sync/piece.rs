//! A piece of a first copy, applied in one transaction with how far the copy is. Documents that are new here are written
//! as they came; those that are here already are merged, as if their changes had come with the log.

use super::again::make_again;
use super::apply::{leave_out_own, merge};
use super::copies::{Copies, Wanted};
use super::intake::Changes;
use crate::device::Device;
use crate::refusal::OrRefuse;
use crate::settings;
use contract::Refusal;
use document::Document;
use domain::ids::DocId;
use domain::reference::Row;
use std::collections::HashSet;
use std::sync::PoisonError;
use store::{ArrivedRow, Batch, Piece, SavedDocument, ScopeStep, Store};
use sync::wire::segment::{Copied, Segment};
use sync::{Checksum, ScopeId};

impl Device {
    /// Applies a piece. Says whether changes wait that may be sent now.
    pub(super) fn apply_piece(&self, wanted: &Wanted, segment: Segment) -> Result<bool, Refusal> {
        let store = self.store()?;
        // Turned into what the store takes before anybody has to wait for the turn.
        let changes = changes_of(&segment);
        let mut recent = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let held = store.read(|r| r.held_among(segment.documents.iter().map(|d| d.doc))).or_refuse()?;
        let mut batch = Batch::default();
        let known = self.merge_known(&store, &mut batch, known(&store, &segment, &held)?)?;
        known.into_iter().for_each(|doc| recent.forget(doc));
        let copies = store.read(Copies::read).or_refuse()?.with(wanted);
        batch.settings.push(copies.as_setting()?);
        batch.piece = Some(piece(segment, &held, changes));
        store.commit(&batch).or_refuse()?;
        Ok(!store.read(|r| r.waiting(1, 0)).or_refuse()?.is_empty())
    }

    /// As an answer of the log is merged. Answers which documents have a new state.
    fn merge_known(
        &self,
        store: &Store,
        batch: &mut Batch,
        mut changes: Changes,
    ) -> Result<Vec<DocId>, Refusal> {
        let (_, actor) = store.read(settings::identity).or_refuse()?;
        if leave_out_own(store, actor, &mut changes)? {
            let hand = self.inner.chance.actor();
            make_again(store, batch, &mut changes, (hand, self.inner.clock.now()))?;
            batch.settings.push(settings::set(settings::ACTOR, &hand)?);
        }
        for (doc, (kind, changes)) in changes {
            batch.documents.extend(merge(store, doc, kind, &changes)?);
        }
        Ok(batch.documents.iter().map(|document| document.doc).collect())
    }

    /// Keeps what became of the copies. The scope of one that was given up begins anew. Says whether there are more
    /// pieces.
    pub(super) fn change_copies(
        &self,
        change: impl FnOnce(Copies) -> Result<(Copies, bool), Refusal>,
    ) -> Result<bool, Refusal> {
        let store = self.store()?;
        let _turn = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let before = store.read(Copies::read).or_refuse()?;
        let scope = before.wanted().next().map(|wanted| wanted.scope.to_string());
        let (after, given_up) = change(before)?;
        let scopes = scope.filter(|_| given_up).map(ScopeStep::Renewed).into_iter().collect();
        let settings = vec![after.as_setting()?];
        store.commit(&Batch { settings, scopes, ..Batch::default() }).or_refuse()?;
        Ok(after.wanted().next().is_some())
    }
}

/// All changes, with what each adds to the sum: computed here, from what is written here.
fn changes_of(segment: &Segment) -> Vec<(DocId, document::ChangeHash, store::Weight)> {
    let of = |document: &Copied| {
        let (scope, doc) = (segment.scope, document.doc);
        let weighed = move |hash| (doc, hash, Checksum::of_change(&scope, doc, &hash).0);
        document.hashes.clone().into_iter().map(weighed)
    };
    segment.documents.iter().flat_map(of).collect()
}

/// The changes of documents that are here and not the same.
fn known(store: &Store, segment: &Segment, held: &HashSet<DocId>) -> Result<Changes, Refusal> {
    let mut changes = Changes::new();
    for copied in segment.documents.iter().filter(|copied| held.contains(&copied.doc)) {
        let same = store.read(|r| r.document(copied.doc)).or_refuse()?;
        if same.is_none_or(|(_, saved)| saved != copied.saved) {
            let came = Document::load(&copied.saved).or_refuse()?.changes().or_refuse()?;
            changes.insert(copied.doc, (copied.kind, came));
        }
    }
    Ok(changes)
}

fn piece(
    segment: Segment,
    held: &HashSet<DocId>,
    changes: Vec<(DocId, document::ChangeHash, store::Weight)>,
) -> Piece {
    let scope = segment.scope;
    let rows = segment.rows.into_iter().map(|(version, row)| arrived(&scope, version, row)).collect();
    let fresh = segment.documents.into_iter().filter(|copied| !held.contains(&copied.doc));
    Piece { scope: scope.to_string(), rows, fresh: fresh.map(saved).collect(), changes }
}

fn arrived(scope: &ScopeId, version: u64, row: Row) -> ArrivedRow {
    let (table, key) = row.key();
    let weight = Checksum::of_row(scope, table, key, version).0;
    ArrivedRow { scope: scope.to_string(), version, row, weight }
}

fn saved(copied: Copied) -> SavedDocument {
    let Copied { doc, kind, saved, content, contested, .. } = copied;
    SavedDocument { doc, kind, saved, content, contested }
}
