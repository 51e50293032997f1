//! Stories of the delivery to a CRM: a real receiver over HTTP on loopback, the real outbox, an injected clock and
//! injected chance.

use crate::crm::{Answer, Crm, person};
use crate::desk::{Desk, entry, noon};
use chrono::TimeDelta;
use std::time::Duration;
use sync_server::connectors::delivery::{Bounds, Summary};
use sync_server::connectors::outbox::Replay;
use sync_server::connectors::schedule::Schedule;

#[tokio::test]
async fn an_event_arrives_signed_and_whole_exactly_once() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put([entry("anna", 1)]).await;
    desk.put([entry("anna", 1)]).await;
    assert_eq!(desk.run(noon()).await, Summary { delivered: 1, ..Summary::default() });
    assert_eq!(desk.run(noon()).await, Summary::default());
    let received = crm.received();
    assert_eq!(received.len(), 1);
    let event = &received[0].event;
    assert_eq!(event["id"], entry("anna", 1).event_id.to_string());
    let anna = person("anna").to_string();
    assert_eq!((&event["subject"], &event["partitionkey"]), (&anna.clone().into(), &anna.into()));
    assert_eq!(received[0].content_type, "application/cloudevents+json");
    assert!(received[0].signature_ok, "signed with the shared secret, id and time");
}

#[tokio::test]
async fn entries_of_one_person_leave_in_order_through_an_outage() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put((1..=3).map(|n| entry("anna", n))).await;
    crm.answer("anna", [Answer::Status(500), Answer::Status(200), Answer::Hang, Answer::Cut]);
    for minute in 0..60 {
        desk.run(noon() + TimeDelta::minutes(minute)).await;
    }
    assert_eq!(crm.taken("anna"), [1, 2, 3]);
    assert_eq!(crm.received().len(), 6, "three failures, three deliveries");
}

#[tokio::test]
async fn a_person_whose_delivery_fails_holds_up_nobody_else() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    for who in ["anna", "ben", "cleo"] {
        desk.put((1..=20).map(|n| entry(who, n))).await;
    }
    crm.answer_always("ben", Answer::Status(503));
    let summary = desk.run(noon()).await;
    assert_eq!((summary.delivered, summary.retried), (40, 1));
    assert_eq!(crm.taken("anna"), (1..=20).collect::<Vec<_>>());
    assert_eq!(crm.taken("cleo"), (1..=20).collect::<Vec<_>>());
    assert_eq!(desk.backlog().await.waiting, 20);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put([entry("anna", 1)]).await;
    crm.answer("anna", [Answer::RetryAfter(429, "600")]);
    let runs = [0, 599, 610];
    let mut delivered = Vec::new();
    for second in runs {
        delivered.push(desk.run(noon() + TimeDelta::seconds(second)).await.delivered);
    }
    assert_eq!(delivered, [0, 0, 1]);
}

#[tokio::test]
async fn retry_after_as_a_date_is_honoured() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put([entry("anna", 1)]).await;
    crm.answer("anna", [Answer::RetryAfter(503, "Mon, 23 Nov 2026 12:30:00 GMT")]);
    desk.run(noon()).await;
    assert_eq!(desk.run(noon() + TimeDelta::minutes(29)).await.delivered, 0);
    assert_eq!(desk.run(noon() + TimeDelta::minutes(31)).await.delivered, 1);
}

#[tokio::test]
async fn what_can_never_be_taken_becomes_a_dead_letter_and_the_next_one_leaves() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put((1..=2).map(|n| entry("anna", n))).await;
    crm.answer("anna", [Answer::Body(422, "unknown   field\n`foo`")]);
    assert_eq!(desk.run(noon()).await, Summary { delivered: 1, dead: 1, ..Summary::default() });
    let dead = desk.outbox.dead_letters(0, 10).await.unwrap();
    assert_eq!(dead[0].entry.new, entry("anna", 1));
    assert_eq!(
        (dead[0].at, dead[0].error.as_str()),
        (noon(), "422 Unprocessable Entity: unknown field `foo`")
    );
}

#[tokio::test]
async fn an_operator_replays_dead_letters_in_their_old_order() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put((1..=3).map(|n| entry("anna", n))).await;
    crm.answer("anna", [Answer::Status(410), Answer::Status(410), Answer::Status(410)]);
    assert_eq!(desk.run(noon()).await.dead, 3);
    let last = desk.outbox.dead_letters(0, 10).await.unwrap().last().unwrap().entry.id;
    assert_eq!(desk.outbox.replay(Replay::These(vec![last, 4_711]), noon()).await.unwrap(), 1);
    assert_eq!(desk.run(noon()).await.delivered, 1);
    assert_eq!(desk.outbox.replay(Replay::All, noon()).await.unwrap(), 2);
    assert_eq!(desk.run(noon()).await.delivered, 2);
    assert_eq!(crm.taken("anna"), [3, 1, 2]);
    assert_eq!(desk.backlog().await.dead, 0);
}

#[tokio::test]
async fn patience_ends_at_the_schedules_limit() {
    let crm = Crm::open().await;
    let schedule = Schedule { outage_attempts: 3, refusal_attempts: 2, ..Schedule::default() };
    let desk = Desk::with(&crm, schedule, Bounds::default()).await;
    for (who, status) in [("anna", 500), ("ben", 401), ("cleo", 302)] {
        desk.put([entry(who, 1)]).await;
        crm.answer_always(who, Answer::Status(status));
    }
    let mut dead = Vec::new();
    for hour in 0..3 {
        dead.push(desk.run(noon() + TimeDelta::hours(hour)).await.dead);
    }
    assert_eq!(dead, [0, 2, 1], "refusals after two attempts, the outage after three");
    assert_eq!(crm.elsewhere(), 0, "no redirect was followed");
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put([entry("anna", 1)]).await;
    crm.answer("anna", [Answer::Endless(400)]);
    assert_eq!(desk.run(noon()).await.dead, 1);
    let error = desk.outbox.dead_letters(0, 1).await.unwrap().remove(0).error;
    assert!(error.len() < 2_100, "{} bytes kept", error.len());
}

#[tokio::test]
async fn nobody_at_home_is_an_outage_that_says_why() {
    let impatient = Schedule { outage_attempts: 2, ..Schedule::default() };
    let desk = Desk::at("http://127.0.0.1:9/nobody", impatient).await;
    desk.put([entry("anna", 1)]).await;
    assert_eq!(desk.run(noon()).await.retried, 1);
    assert_eq!(desk.run(noon() + TimeDelta::hours(1)).await.dead, 1);
    let error = desk.outbox.dead_letters(0, 1).await.unwrap().remove(0).error.to_lowercase();
    assert!(
        error.starts_with("given up after 2 attempts") && error.contains("connection refused"),
        "{error}"
    );
}

#[tokio::test]
async fn a_claim_that_lapsed_is_sent_again_and_its_late_worker_changes_nothing() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put((1..=2).map(|n| entry("anna", n))).await;
    let lost = desk.outbox.claim(noon(), noon() + TimeDelta::minutes(10)).await.unwrap().unwrap();
    assert_eq!(
        desk.run(noon() + TimeDelta::minutes(9)).await,
        Summary::default(),
        "leased, and its queue with it"
    );
    assert_eq!(desk.run(noon() + TimeDelta::minutes(10)).await.delivered, 2);
    desk.bury(lost.claim()).await;
    assert_eq!((crm.taken("anna"), desk.backlog().await.dead), (vec![1, 2], 0));
}

#[tokio::test]
async fn a_run_is_bounded_and_says_that_there_is_more() {
    let crm = Crm::open().await;
    let desk =
        Desk::with(&crm, Schedule::default(), Bounds { batch: 5, concurrency: 2, ..Bounds::default() }).await;
    desk.put((1..=7).map(|n| entry(&format!("hcp-{n}"), n))).await;
    assert_eq!(desk.run(noon()).await, Summary { delivered: 5, more: true, ..Summary::default() });
    assert_eq!(desk.run(noon()).await, Summary { delivered: 2, ..Summary::default() });
}

#[tokio::test]
async fn no_more_deliveries_are_under_way_than_allowed() {
    let crm = Crm::open().await;
    let desk = Desk::with(&crm, Schedule::default(), Bounds { concurrency: 3, ..Bounds::default() }).await;
    desk.put((1..=30).map(|n| entry(&format!("hcp-{n}"), n))).await;
    assert_eq!(desk.run(noon()).await.delivered, 30);
    assert!((1..=3).contains(&crm.most_at_once()), "{} at once", crm.most_at_once());
}

#[tokio::test]
async fn a_receiver_that_never_answers_costs_one_timeout() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put([entry("anna", 1)]).await;
    crm.answer("anna", [Answer::Hang]);
    let run = tokio::time::timeout(Duration::from_secs(20), desk.run(noon())).await;
    assert_eq!(run.unwrap().retried, 1);
}

#[tokio::test]
async fn what_a_failed_merge_would_have_sent_is_not_sent() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    desk.put_and_roll_back(entry("anna", 1)).await;
    assert_eq!(desk.run(noon()).await, Summary::default());
    desk.put([entry("anna", 1)]).await;
    assert_eq!(desk.run(noon()).await.delivered, 1);
}

#[tokio::test]
async fn only_what_was_delivered_long_ago_is_forgotten() {
    let crm = Crm::open().await;
    let desk = Desk::for_crm(&crm).await;
    crm.answer("ben", [Answer::Status(410)]);
    crm.answer_always("cleo", Answer::Status(503));
    desk.put(["anna", "ben", "cleo"].map(|who| entry(who, 1))).await;
    desk.run(noon()).await;
    desk.run(noon() + TimeDelta::days(30)).await;
    assert_eq!(desk.outbox.forget_delivered(noon(), 9).await, Ok(0), "kept for thirty days");
    desk.run(noon() + TimeDelta::days(30) + TimeDelta::seconds(1)).await;
    let left = desk.outbox.forget_delivered(noon() + TimeDelta::days(90), 9).await;
    assert_eq!(left, Ok(0), "forgotten by the run");
    let backlog = desk.backlog().await;
    assert_eq!((backlog.waiting, backlog.dead), (1, 1), "a dead letter and what waits stay");
    assert_eq!(crm.taken("anna"), [1]);
}
