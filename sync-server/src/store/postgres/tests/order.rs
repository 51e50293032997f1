//! Order: whoever follows a scope sees each line once, with none left out, whoever else writes and for how long.

use super::{follow_up, push, store, territory};
use crate::store::postgres::{Postgres, push as pushing};
use crate::store::{Documents, Feed, StoreError};
use rand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync::ScopeId;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

const WRITERS: u128 = 64;
const SCOPES: u128 = 50;
const PUSHES: u128 = 6;
const READERS: usize = 4;
/// What the transaction that stays open writes to.
const HELD: u128 = 5;

/// What everybody knows.
struct Story {
    store: Postgres,
    seed: u64,
    /// Pushes that were acknowledged.
    done: watch::Sender<u64>,
    /// Lines that will be there in the end.
    lines: usize,
}

/// The documents of all writers, from the seed: each in one to three scopes.
fn plan(seed: u64) -> BTreeMap<u128, BTreeSet<u128>> {
    let mut luck = testkit::luck(seed);
    let documents = (0..WRITERS).flat_map(|writer| (0..PUSHES).map(move |n| 1_000 + writer * 100 + n));
    documents
        .map(|id| (id, (0..luck.random_range(1..=3)).map(|_| luck.random_range(0..SCOPES)).collect()))
        .collect()
}

fn scopes(numbers: &BTreeSet<u128>) -> Vec<ScopeId> {
    numbers.iter().map(|n| territory(*n)).collect()
}

/// Writes until it is acknowledged, as a device does.
async fn write(story: &Story, id: u128, scopes: Vec<ScopeId>) {
    let state = follow_up(id, scopes);
    loop {
        match story.store.push(push(vec![state.clone()])).await {
            Ok(()) => break,
            Err(StoreError::Unavailable(_) | StoreError::Conflict) => {
                let there = story.store.documents(vec![state.doc]).await;
                if there.is_ok_and(|found| found.contains_key(&state.doc)) {
                    break;
                }
            }
            Err(error) => panic!("{error} (seed {})", story.seed),
        }
    }
    story.done.send_modify(|done| *done += 1);
}

/// Follows all scopes by pages of any size until everything was seen; each scope's sequences come without a gap.
async fn follow(story: Arc<Story>, number: u64) {
    let mut luck = testkit::luck(story.seed + number);
    let mut read: BTreeMap<ScopeId, u64> = (0..SCOPES).map(|n| (territory(n), 0)).collect();
    let (mut seen, mut done) = (0, story.done.subscribe());
    while seen < story.lines {
        done.borrow_and_update();
        let asked = read.iter().map(|(scope, after)| (*scope, *after)).collect();
        let news = story.store.news(asked, luck.random_range(1..20_000)).await.unwrap();
        for entry in &news.entries {
            let last = read.get_mut(&entry.scope).unwrap();
            assert_eq!(entry.seq, *last + 1, "{} (seed {})", entry.scope, story.seed);
            *last = entry.seq;
            seen += 1;
        }
        for (scope, at) in news.read {
            assert_eq!(read[&scope], at, "{scope} (seed {})", story.seed);
        }
        if news.entries.is_empty() && seen < story.lines {
            done.changed().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_transaction_stays_open_no_reader_misses_a_line_or_sees_it_twice() {
    let seed = std::env::var("ROUNDS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(26);
    let plan = plan(seed);
    let held: BTreeSet<u128> = (0..HELD).collect();
    let lines = plan.values().map(BTreeSet::len).sum::<usize>() + held.len();
    let free: u64 = plan.values().filter(|scopes| scopes.is_disjoint(&held)).map(|_| 1).sum();
    let story = Arc::new(Story { store: store(90).await, seed, done: watch::Sender::new(0), lines });

    // It has its sequences, and does not commit before all who need not wait for it have written.
    let (taken, begun) = oneshot::channel();
    let slow = tokio::spawn({
        let (story, held) = (Arc::clone(&story), scopes(&held));
        async move {
            let mut client = story.store.client().await.unwrap();
            let db = client.transaction().await.unwrap();
            drop(pushing::write(&db, &push(vec![follow_up(1, held)])).await.unwrap());
            taken.send(()).unwrap();
            story.done.subscribe().wait_for(|done| *done >= free).await.unwrap();
            db.commit().await.unwrap();
            story.done.send_modify(|done| *done += 1);
        }
    });
    begun.await.unwrap();
    let mut all = JoinSet::new();
    for number in 0..READERS {
        all.spawn(follow(Arc::clone(&story), number as u64));
    }
    for (id, numbers) in plan {
        let story = Arc::clone(&story);
        all.spawn(async move { write(&story, id, scopes(&numbers)).await });
    }
    while let Some(ended) = all.join_next().await {
        ended.unwrap();
    }
    slow.await.unwrap();
    assert!(story.store.check_sums().await.unwrap().iter().all(|sum| sum.kept == sum.computed));
}
