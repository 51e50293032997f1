//! Several servers on one database, and one whose database is gone.

use crate::database::Database;
use crate::support::{Company, changes, outcomes, refused, start};
use domain::people::Audience;
use reqwest::StatusCode;
use sync::json::ProblemCode;
use sync::wire::{encode, v1};
use sync_server::config::Webhook;

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
