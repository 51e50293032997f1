//! What an answer brings, sorted: what becomes of scopes, lines of the feed in their order, changes by document, and
//! decisions about what was sent.

use crate::refusal::OrRefuse;
use contract::Refusal;
use document::{Change, Kind};
use domain::Instant;
use domain::ids::DocId;
use std::collections::BTreeMap;
use store::{Arrival, Arrived, ArrivedRow, Decision, GoneDoc, GoneRow, ScopeStep, Verdict};
use sync::wire::v1::{Ack, Entry, Item, News, Order, Outcome, Rejection, Response};
use sync::{Checksum, ScopeId};

/// Changes that came, by document, in the order in which they came.
pub type Changes = BTreeMap<DocId, (Kind, Vec<Change>)>;

/// The lines of the feed, and the changes among them.
pub fn feed(news: &[Entry]) -> Result<(Vec<Arrival>, Changes), Refusal> {
    let mut changes = Changes::new();
    let mut feed = Vec::with_capacity(news.len());
    for entry in news {
        feed.extend(arrival(entry, &mut changes)?);
    }
    Ok((feed, changes))
}

fn arrival(entry: &Entry, changes: &mut Changes) -> Result<Option<Arrival>, Refusal> {
    let scope = entry.scope.to_string();
    Ok(Some(match &entry.news {
        News::Change { doc, kind, change } => {
            let change = Change::parse(change).or_refuse()?;
            let arrived = arrived(&entry.scope, *doc, &change);
            changes.entry(*doc).or_insert_with(|| (*kind, Vec::new())).1.push(change);
            Arrival::Change(arrived)
        }
        News::Row { version, row } => {
            let (table, key) = row.key();
            let weight = Checksum::of_row(&entry.scope, table, key, *version).0;
            Arrival::Row(ArrivedRow { scope, version: *version, row: row.as_ref().clone(), weight })
        }
        News::RowGone { table, key, .. } => Arrival::RowGone(GoneRow { scope, table: *table, key: *key }),
        News::DocRemoved { doc } => Arrival::DocGone(GoneDoc { scope, doc: *doc }),
        // Its changes follow.
        News::DocAdded { .. } => return Ok(None),
    }))
}

fn arrived(scope: &ScopeId, doc: DocId, change: &Change) -> Arrived {
    let weight = Checksum::of_change(scope, doc, &change.hash).0;
    Arrived { scope: scope.to_string(), doc, hash: change.hash, weight }
}

/// What becomes of scopes. What a scope may have lost is found by what is still known of it, so that comes first.
pub fn scopes(response: &Response) -> Vec<ScopeStep> {
    let lost = response.orders.iter().filter_map(|order| match order {
        Order::PushAgain(scope) => Some(ScopeStep::Lost(scope.to_string())),
        _ => None,
    });
    let gone = response.orders.iter().filter_map(|order| match order {
        Order::LeaveScope(scope) => Some(ScopeStep::Left(scope.to_string())),
        Order::StartOver(scope) => Some(ScopeStep::Renewed(scope.to_string())),
        Order::PushAgain(_) | Order::NewActor => None,
    });
    let ended = response.sums.iter().map(|sum| ScopeStep::Ended(sum.scope.to_string()));
    lost.chain(gone).chain(ended).collect()
}

/// What was decided. A change out of its sequence is left out: it is made again, not refused.
pub fn decisions(acks: &[Ack], sent: &[Item], at: Instant) -> Vec<Decision> {
    let decide = |(ack, item): (&Ack, &Item)| {
        let verdict = match ack.outcome {
            Outcome::Accepted | Outcome::Duplicate => Verdict::Taken,
            Outcome::Rejected(Rejection::Sequence) | Outcome::Retry => return None,
            Outcome::Rejected(why) => Verdict::Refused(why.text().to_owned()),
        };
        let hash = ack.hash.or_else(|| Change::parse(&item.change).ok().map(|change| change.hash))?;
        Some(Decision { doc: item.doc, hash, verdict, at })
    };
    acks.iter().zip(sent).filter_map(decide).collect()
}
