//! An answer of the server, applied in one transaction: news, cursor, decisions.

use super::Sent;
use super::again::make_again;
use super::copies::Copies;
use super::intake::{Changes, decisions, feed, scopes};
use crate::device::Device;
use crate::opened::{Recent, saved};
use crate::refusal::OrRefuse;
use crate::settings;
use chrono::TimeDelta;
use contract::{Notice, Refusal};
use document::{Actor, Change, Document, Kind};
use domain::Instant;
use domain::ids::DocId;
use std::sync::PoisonError;
use store::{Batch, SavedDocument, ScopeStep, Store};
use sync::wire::v1::{Order, Outcome, Response};

/// How long changes are kept that the server has, so that a server restored from a backup can be given them again.
const KEPT: TimeDelta = TimeDelta::days(35);

impl Device {
    /// Applies an answer to what was sent. Says whether changes wait that may be sent now.
    pub(super) fn apply(&self, response: &Response, sent: &Sent) -> Result<bool, Refusal> {
        let store = self.store()?;
        let mut recent = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.now();
        let was_ready = store.read(|r| settings::get(r, settings::READY)).or_refuse()?.unwrap_or(false);
        let batch = self.batch_of(&store, response, sent, now)?;
        store.commit(&batch).or_refuse()?;
        *recent = Recent::default();
        if is_complete(response) && !was_ready {
            self.tell(Notice::SessionChanged);
        }
        check_sums(&store, response)?;
        let stuck = response.acks.iter().any(|ack| ack.outcome == Outcome::Retry);
        let waiting = store.read(|r| r.waiting(1, 0)).or_refuse()?;
        Ok(!stuck && !waiting.is_empty())
    }

    fn batch_of(
        &self,
        store: &Store,
        response: &Response,
        sent: &Sent,
        now: Instant,
    ) -> Result<Batch, Refusal> {
        let (feed, mut changes) = feed(&response.news)?;
        let (_, actor) = store.read(settings::identity).or_refuse()?;
        let copied = leave_out_own(store, actor, &mut changes)?;
        let (copies, renewed) = store.read(Copies::read).or_refuse()?.after(response);
        let mut batch = Batch {
            feed,
            scopes: renewed.into_iter().chain(scopes(response)).collect(),
            decisions: decisions(&response.acks, &sent.items, now),
            findings: response.findings.iter().map(|f| (f.doc, f.code.clone())).collect(),
            forget_before: Some(now - KEPT),
            settings: settings_after(store, response, sent, now)?,
            ..Batch::default()
        };
        batch.settings.push(copies.as_setting()?);
        if copied || response.orders.contains(&Order::NewActor) {
            let hand = self.inner.chance.actor();
            make_again(store, &mut batch, &mut changes, (hand, now))?;
            batch.settings.push(settings::set(settings::ACTOR, &hand)?);
        }
        for (doc, (kind, changes)) in changes {
            batch.documents.extend(merge(store, doc, kind, &changes)?);
        }
        Ok(batch)
    }
}

/// Nothing more comes, neither from a log nor in pieces.
fn is_complete(response: &Response) -> bool {
    !response.more && response.segments.is_empty()
}

fn settings_after(
    store: &Store,
    response: &Response,
    sent: &Sent,
    now: Instant,
) -> Result<Vec<settings::Setting>, Refusal> {
    let mut after =
        vec![(settings::CURSOR, Some(response.cursor.clone())), settings::set(settings::LAST_SYNC, &now)?];
    if is_complete(response) {
        after.push(settings::set(settings::READY, &true)?);
    }
    let known = store.read(settings::left).or_refuse()?;
    let mut left = known.clone();
    left.retain(|scope| !sent.left.contains(scope));
    for order in &response.orders {
        match order {
            Order::LeaveScope(scope) if !left.contains(scope) => left.push(*scope),
            _ => {}
        }
    }
    if left != known {
        after.push(settings::set(settings::LEFT, &left)?);
    }
    Ok(after)
}

/// Leaves out what this device sent itself, so that no document is loaded for it. Says whether there was something of its
/// own hand that it does not know: it was copied, or restored from a backup.
pub(super) fn leave_out_own(store: &Store, actor: Actor, changes: &mut Changes) -> Result<bool, Refusal> {
    let mut copied = false;
    for (doc, (_, came)) in changes.iter_mut() {
        let known = store.read(|r| r.own_hashes(*doc)).or_refuse()?;
        copied |= came.iter().any(|change| change.actor == actor && !known.contains(&change.hash));
        came.retain(|change| !known.contains(&change.hash));
    }
    changes.retain(|_, (_, came)| !came.is_empty());
    Ok(copied)
}

/// What is stored here must add up to what is stored there. Otherwise everything is asked for again: nothing that waits
/// is touched by that, what is known comes as known, and what does not come again leaves.
fn check_sums(store: &Store, response: &Response) -> Result<(), Refusal> {
    for expected in &response.sums {
        let scope = expected.scope.to_string();
        let found = store.read(|r| r.scope_sum(&scope)).or_refuse()?;
        if found != expected.sum.0 {
            tracing::warn!(%scope, seq = expected.seq, "the sums differ; asking for a fresh copy");
            // Whatever it was that a copy in pieces left out, the log has it.
            let copies = store.read(Copies::read).or_refuse()?.by_log(expected.scope);
            let settings = vec![(settings::CURSOR, None), copies.as_setting()?];
            let scopes = vec![ScopeStep::Renewed(scope)];
            return store.commit(&Batch { settings, scopes, ..Batch::default() }).or_refuse();
        }
    }
    Ok(())
}

/// The document with the changes that it did not have; none when it had them all.
pub(super) fn merge(
    store: &Store,
    doc: DocId,
    kind: Kind,
    changes: &[Change],
) -> Result<Option<SavedDocument>, Refusal> {
    let mut document = match store.read(|r| r.document(doc)).or_refuse()? {
        Some((_, saved)) => Document::load(&saved).or_refuse()?,
        None => Document::empty(),
    };
    let before = document.heads();
    document.apply(changes).or_refuse()?;
    if document.heads() == before {
        return Ok(None);
    }
    saved(kind, doc, &mut document).or_refuse().map(Some)
}
