//! An answer of the server, applied in one transaction: news, cursor, decisions.

use crate::device::Device;
use crate::opened::saved;
use crate::refusal::OrRefuse;
use crate::settings;
use contract::{Notice, Refusal};
use document::{Change, Document, Kind};
use domain::Instant;
use domain::ids::DocId;
use std::collections::BTreeMap;
use std::sync::PoisonError;
use store::{Arrived, ArrivedRow, Batch, Decision, GoneRow, SavedDocument, Store, Verdict};
use sync::wire::v1::{Ack, Entry, Item, News, Order, Outcome, Response};
use sync::{Checksum, ScopeId};

/// Changes that came, by document, in the order in which they came.
type Changes = BTreeMap<DocId, (Kind, Vec<Change>)>;

impl Device {
    /// Applies an answer to what was sent. Says whether changes wait that may be sent now.
    pub(super) fn apply(&self, response: &Response, sent: &[Item]) -> Result<bool, Refusal> {
        let store = self.store()?;
        let mut recent = self.inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.now();
        let mut batch = Batch::default();
        let mut changes = Changes::new();
        for entry in &response.news {
            take(entry, &mut batch, &mut changes)?;
        }
        for (doc, (kind, changes)) in changes {
            batch.documents.extend(merge(&store, doc, kind, &changes)?);
        }
        batch.decisions = decisions(&response.acks, sent, now);
        batch.findings = response.findings.iter().map(|f| (f.doc, f.code.clone())).collect();
        batch.settings = self.settings_after(response, now)?;
        let was_ready = store.read(|r| settings::get(r, settings::READY)).or_refuse()?.unwrap_or(false);
        store.commit(&batch).or_refuse()?;
        batch.documents.iter().for_each(|merged| recent.forget(merged.doc));
        if !response.more && !was_ready {
            self.tell(Notice::SessionChanged);
        }
        self.check_sums(&store, response)?;
        let stuck = response.acks.iter().any(|ack| ack.outcome == Outcome::Retry);
        let waiting = store.read(|r| r.waiting(1, 0)).or_refuse()?;
        Ok(!stuck && !waiting.is_empty())
    }

    fn settings_after(&self, response: &Response, now: Instant) -> Result<Vec<settings::Setting>, Refusal> {
        let mut after = vec![
            (settings::CURSOR, Some(response.cursor.clone())),
            settings::set(settings::LAST_SYNC, &now)?,
        ];
        if !response.more {
            after.push(settings::set(settings::READY, &true)?);
        }
        if response.orders.contains(&Order::NewActor) {
            after.push(settings::set(settings::ACTOR, &self.inner.chance.actor())?);
        }
        Ok(after)
    }

    /// What is stored here must add up to what is stored there. Otherwise everything is asked for again: nothing
    /// that waits is touched by that, and what is known comes as known.
    fn check_sums(&self, store: &Store, response: &Response) -> Result<(), Refusal> {
        for expected in &response.sums {
            let found = store.read(|r| r.scope_sum(&expected.scope.to_string())).or_refuse()?;
            if found != expected.sum.0 {
                tracing::warn!(scope = %expected.scope, seq = expected.seq, "the sums differ; asking for a fresh copy");
                let forget = vec![(settings::CURSOR, None)];
                return store.commit(&Batch { settings: forget, ..Batch::default() }).or_refuse();
            }
        }
        Ok(())
    }
}

fn take(entry: &Entry, batch: &mut Batch, changes: &mut Changes) -> Result<(), Refusal> {
    let scope = entry.scope.to_string();
    match &entry.news {
        News::Change { doc, kind, change } => {
            let change = Change::parse(change).or_refuse()?;
            batch.arrived.push(arrived(&entry.scope, *doc, &change));
            changes.entry(*doc).or_insert_with(|| (*kind, Vec::new())).1.push(change);
        }
        News::Row { version, row } => {
            let (table, key) = row.key();
            let weight = Checksum::of_row(&entry.scope, table, key, *version).0;
            batch.rows.push(ArrivedRow { scope, version: *version, row: row.as_ref().clone(), weight });
        }
        News::RowGone { table, key, .. } => batch.gone.push(GoneRow { scope, table: *table, key: *key }),
        // A document's changes follow its arrival; its departure is carried out when scopes can be left.
        News::DocAdded { .. } | News::DocRemoved { .. } => {}
    }
    Ok(())
}

fn arrived(scope: &ScopeId, doc: DocId, change: &Change) -> Arrived {
    let weight = Checksum::of_change(scope, doc, &change.hash).0;
    Arrived { scope: scope.to_string(), doc, hash: change.hash, weight }
}

/// The document with the changes that it did not have; none when it had them all.
fn merge(
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

fn decisions(acks: &[Ack], sent: &[Item], at: Instant) -> Vec<Decision> {
    let decide = |(ack, item): (&Ack, &Item)| {
        let verdict = match ack.outcome {
            Outcome::Accepted | Outcome::Duplicate => Verdict::Taken,
            Outcome::Rejected(why) => Verdict::Refused(why.text().to_owned()),
            Outcome::Retry => return None,
        };
        let hash = ack.hash.or_else(|| Change::parse(&item.change).ok().map(|change| change.hash))?;
        Some(Decision { doc: item.doc, hash, verdict, at })
    };
    acks.iter().zip(sent).filter_map(decide).collect()
}
