//! What holds when answers are lost, servers are killed, and many write at once.

use crate::support::{Company, changes, outcomes};
use domain::people::Audience;
use std::sync::Arc;
use sync::wire::{encode, v1};

#[tokio::test]
async fn after_a_lost_answer_and_a_power_cut_the_same_push_is_a_duplicate() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.submit(jan.writes(company.now()));
    let committed = company.post(&jan, encode(1, &jan.request(call.items())).unwrap()).await;
    drop(committed);

    let company = company.after_a_power_cut().await;
    let answer = company.sync(&mut jan, call.items()).await;

    assert_eq!(outcomes(&answer), [v1::Outcome::Duplicate, v1::Outcome::Duplicate]);
    assert_eq!(changes(&answer).len(), 2);
    for sum in company.running.store().check_sums().await.unwrap() {
        assert_eq!(sum.kept, sum.computed, "{}", sum.scope);
    }
}

#[tokio::test]
async fn a_server_that_is_stopped_keeps_sessions_and_cursors() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.sync(&mut jan, Vec::new()).await;
    let company = company.restarted().await;
    assert!(company.sync(&mut jan, Vec::new()).await.news.is_empty());
}

#[tokio::test]
async fn many_who_write_to_one_call_at_once_are_all_taken_and_no_line_is_skipped() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    let lena = company.device_of("lena").await;
    let hands = (1..=4_u8).map(|n| {
        let mut device = if n % 2 == 0 { jan.clone() } else { lena.clone() };
        device.actor = document::Actor([n; 16]);
        let mut own = call.clone();
        own.note(device.writes(company.now()), &format!("hand {n}"));
        (device, own.items_from(1))
    });
    let hands: Vec<_> = hands.collect();

    let (mut all, company) = (Vec::new(), Arc::new(company));
    for (mut device, items) in hands {
        let company = Arc::clone(&company);
        all.push(tokio::spawn(async move { outcomes(&company.sync(&mut device, items).await) }));
    }
    for each in all {
        assert_eq!(each.await.unwrap(), [v1::Outcome::Accepted]);
    }

    jan.cursor = None;
    let pulled = company.sync(&mut jan, Vec::new()).await;
    assert_eq!(changes(&pulled).len(), 5);
}
