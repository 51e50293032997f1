//! Faults: connections that are cut, used up or lead nowhere. What was acknowledged is there, and the rest is told to
//! come again.

use super::{follow_up, push, store, territory};
use crate::store::postgres::connection::query;
use crate::store::postgres::{Postgres, Settings};
use crate::store::{Documents, Feed, Store, StoreError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Cuts every connection to the database but the one that is used for it, as a failover does.
async fn cut_all(store: &Postgres) {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    query(&store.client().await.unwrap(), sql, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_acknowledged_is_there_however_often_connections_are_cut() {
    let url = testkit::postgres::database().unwrap();
    let store = std::sync::Arc::new(Postgres::open(&Settings::of(url.clone(), 8)).await.unwrap());
    let operator = Postgres::open(&Settings::of(url, 1)).await.unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..8_u128 {
        let store = std::sync::Arc::clone(&store);
        writers.spawn(async move {
            let (mut acknowledged, mut retried) = (Vec::new(), 0);
            for n in 0..30 {
                let state = follow_up(1 + writer * 100 + n, vec![territory(writer % 3)]);
                match store.push(push(vec![state.clone()])).await {
                    Ok(()) => acknowledged.push(state.doc),
                    Err(StoreError::Unavailable(_)) => retried += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            (acknowledged, retried)
        });
    }
    let (mut acknowledged, mut retried) = (Vec::new(), 0);
    while !writers.is_empty() {
        cut_all(&operator).await;
        while let Some(ended) = writers.try_join_next() {
            let (of_one, again) = ended.unwrap();
            acknowledged.extend(of_one);
            retried += again;
        }
    }
    let there = operator.documents(acknowledged.clone()).await.unwrap();
    assert!(acknowledged.iter().all(|doc| there.contains_key(doc)), "an acknowledged document is lost");
    assert!(retried > 0, "nobody was cut off");
    assert!(operator.check_sums().await.unwrap().iter().all(|sum| sum.kept == sum.computed));
}

#[tokio::test]
async fn a_push_whose_answer_was_lost_is_found_when_it_comes_again() {
    let store = store(2).await;
    let state = follow_up(1, vec![territory(1)]);
    store.push(push(vec![state.clone()])).await.unwrap();
    assert_eq!(store.push(push(vec![state.clone()])).await, Err(StoreError::Conflict));
    let held = store.documents(vec![state.doc]).await.unwrap();
    assert_eq!(held[&state.doc].written[0].hash, state.changes[0].hash);
    assert_eq!(store.news(vec![(territory(1), 0)], 1_000).await.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn when_all_connections_are_in_use_one_is_told_to_come_again() {
    let url = testkit::postgres::database().unwrap();
    let hasty = Settings { patience: Duration::from_millis(500), ..Settings::of(url, 1) };
    let store = Postgres::open(&hasty).await.unwrap();
    let lent = store.client().await.unwrap();
    assert!(matches!(store.check().await, Err(StoreError::Unavailable(_))));
    drop(lent);
    store.check().await.unwrap();
}

#[tokio::test]
async fn where_nobody_listens_the_store_cannot_now_and_a_password_is_not_told() {
    let nowhere = "postgres://rounds:s3cret@127.0.0.1:9/rounds";
    match Postgres::open(&Settings::of(nowhere, 1)).await.map(drop) {
        Err(StoreError::Unavailable(said)) => assert!(!said.contains("s3cret"), "{said}"),
        other => panic!("{other:?}"),
    }
    let mistyped = Postgres::open(&Settings::of("postgres://rounds:s3cret@[", 1)).await.map(drop);
    assert!(!format!("{mistyped:?}").contains("s3cret"), "{mistyped:?}");
}

#[tokio::test]
async fn a_host_that_says_nothing_does_not_keep_from_the_one_that_can_be_written() {
    // It takes connections, as a machine does whose disk or processes stand still.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let first = format!("@{},", silent.local_addr().unwrap());
    let url = testkit::postgres::database().unwrap().replacen('@', &first, 1);
    Postgres::open(&Settings::of(url, 1)).await.unwrap().check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_on_an_empty_database_all_start() {
    let url = testkit::postgres::database().unwrap();
    let mut all = JoinSet::new();
    for _ in 0..8 {
        let settings = Settings::of(url.clone(), 1);
        all.spawn(async move { Postgres::open(&settings).await.map(drop) });
    }
    while let Some(opened) = all.join_next().await {
        opened.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_database_that_forgets_what_it_acknowledged_is_refused() {
    let url = testkit::postgres::database().unwrap() + "?options=-csynchronous_commit%3Doff";
    let opened = Postgres::open(&Settings::of(url, 1)).await.map(drop);
    assert!(matches!(opened, Err(StoreError::Failed(_))), "{opened:?}");
}
