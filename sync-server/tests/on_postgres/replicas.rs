//! Several servers on one database, and one whose database is gone.

use crate::database::Database;
use crate::ears::Ear;
use crate::support::{Company, Device, changes, outcomes, refused, start, start_with};
use domain::people::Audience;
use reqwest::StatusCode;
use std::time::Duration;
use sync::json::ProblemCode;
use sync::wire::{encode, v1};
use sync_server::config::{Nats, Pokes, Webhook};
use sync_server::{Config, Running};
use testkit::nats::Broker;
use tokio::time::timeout;

#[tokio::test]
async fn what_goes_up_through_one_server_comes_down_through_another() {
    let mut company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;

    let first = std::mem::replace(
        &mut company.running,
        start(&company.database, &company.clock, Webhook::default()).await,
    );
    let pulled = company.sync(&mut lena, Vec::new()).await;
    assert_eq!(changes(&pulled), [(call.doc, call.changes[0].hash)]);
    assert_eq!(outcomes(&company.sync(&mut jan, call.items()).await), [v1::Outcome::Duplicate]);

    let mut hers = call.clone();
    hers.note(lena.writes(company.now()), "through the second");
    company.sync(&mut lena, hers.items_from(1)).await;
    company.running.stop().await.unwrap();
    company.running = first;
    assert_eq!(changes(&company.sync(&mut jan, Vec::new()).await), [(hers.doc, hers.changes[1].hash)]);
}

#[tokio::test]
async fn while_the_database_is_gone_devices_are_asked_to_come_again() {
    let cluster = testkit::postgres::Cluster::start(&["-c", "fsync=off"]).unwrap();
    let company = Company::on(Database::at(cluster.database().unwrap()), Webhook::default()).await;
    let jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    drop(cluster);

    assert_eq!(refused(company.try_sync(&jan, call.items()).await), (503, ProblemCode::Busy));
    let answer = company.post(&jan, encode(1, &jan.request(call.items())).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let health = reqwest::get(company.address("/healthz")).await.unwrap();
    assert_eq!(health.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Nobody looks before the story has ended: who hears something was told.
const NEVER: u32 = 100_000;

/// Two servers on one database that look so often, and are told by this broker if there is one.
async fn two(broker: Option<&Broker>, look_seconds: u32) -> (Company, Running) {
    let nats = broker.map_or_else(Nats::default, |broker| Nats::at(broker.address()));
    let settings = |config| Config { nats: nats.clone(), pokes: Pokes { look_seconds }, ..config };
    let company = Company::founded_with(settings).await;
    let second = start_with(&company.database, &company.clock, settings).await;
    (company, second)
}

/// Plans calls until somebody hears of one. Messages between servers that are just about to hear each other are lost.
async fn is_heard(company: &Company, jan: &mut Device, hers: &mut Ear) {
    let patience = Duration::from_millis(500);
    for n in 1.. {
        let call = jan.plan(n + 1_000 * u128::from(jan.room), company.now(), Audience::Commercial);
        company.sync(jan, call.items()).await;
        if timeout(patience, hers.is_poked()).await.is_ok() {
            break;
        }
    }
    // Ids of the next time are other ones.
    jan.room += 1;
}

#[tokio::test]
async fn servers_without_nats_find_what_the_other_wrote_by_looking() {
    let (company, second) = two(None, 1).await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut hers = Ear::open(second.addr, &lena.token).await.unwrap();
    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    hers.is_poked().await;
}

#[tokio::test]
async fn servers_tell_each_other_over_nats_before_and_after_it_dies() {
    let broker = Broker::start().unwrap();
    let (company, second) = two(Some(&broker), NEVER).await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut hers = Ear::open(second.addr, &lena.token).await.unwrap();
    is_heard(&company, &mut jan, &mut hers).await;

    let dead = broker.die();
    let call = jan.plan(1, company.now(), Audience::Commercial);
    assert_eq!(outcomes(&company.sync(&mut jan, call.items()).await), [v1::Outcome::Accepted]);

    let _broker = dead.come_back().unwrap();
    is_heard(&company, &mut jan, &mut hers).await;
    is_heard(&company, &mut jan, &mut hers).await;
}

#[tokio::test]
async fn while_nats_is_dead_servers_look_as_if_there_were_none() {
    let broker = Broker::start().unwrap();
    let (company, second) = two(Some(&broker), 1).await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut hers = Ear::open(second.addr, &lena.token).await.unwrap();
    is_heard(&company, &mut jan, &mut hers).await;
    drop(broker);
    is_heard(&company, &mut jan, &mut hers).await;
}

#[tokio::test]
async fn an_address_of_nats_that_is_none_is_refused_without_telling_its_password() {
    let nats = Nats::at("nats://rounds:s3cret@[");
    assert!(!format!("{nats:?}").contains("s3cret"));
    let refused = sync_server::start(
        Config { nats, ..Database::fresh().config() },
        sync_server::Clock::of_machine(),
        sync_server::Chance::seeded(1),
    );
    let said = refused.await.map(drop).unwrap_err();
    assert!(!format!("{said} {said:?}").contains("s3cret"), "{said:?}");
}
