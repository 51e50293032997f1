//! Who follows a scope hears that something is new there, and nothing else.

use crate::ears::Ear;
use crate::support::{Company, Device, NORTH, SOUTH, mara, refused};
use chrono::TimeDelta;
use domain::people::{Audience, Country, Territory};
use domain::reference::Row;
use sha2::{Digest, Sha256};
use sync::ScopeId;
use sync::json::ProblemCode;
use sync_server::Config;
use sync_server::config::{Limits, Pokes};
use sync_server::people::import::Golden;
use sync_server::store::{RoutedRow, TokenHash};

/// A company whose server does not look by itself: who hears something there was told of the commit.
async fn told() -> Company {
    Company::founded_with(|config| Config { pokes: Pokes { look_seconds: 100_000 }, ..config }).await
}

async fn ear(company: &Company, device: &Device) -> Ear {
    Ear::open(company.running.addr, &device.token).await.unwrap()
}

async fn out(company: &Company, device: &Device) {
    let out = reqwest::Client::new().post(company.address("/v1/sign-out")).bearer_auth(&device.token);
    assert!(out.send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn who_follows_the_scope_of_a_change_is_poked_and_nobody_else() {
    let company = told().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let (miriam, otto) = (company.device_of("miriam").await, company.device_of("otto").await);
    let (mut hers, medical, south) =
        (ear(&company, &lena).await, ear(&company, &miriam).await, ear(&company, &otto).await);

    let call = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, call.items()).await;
    hers.is_poked().await;

    for device in [&miriam, &otto] {
        out(&company, device).await;
    }
    assert_eq!([medical.ends().await, south.ends().await], [0, 0]);
}

#[tokio::test]
async fn rows_poke_and_so_does_an_import_when_it_is_published() {
    let company = told().await;
    let lena = company.device_of("lena").await;
    let mut hers = ear(&company, &lena).await;
    let store = company.running.store();
    let scopes = vec![ScopeId::Territory(NORTH, Audience::All)];
    store
        .upsert_rows(vec![RoutedRow { row: Row::Hcp(mara("Oncology")), scopes }], company.now())
        .await
        .unwrap();
    hers.is_poked().await;

    let mut import = store.begin_import(None, company.now()).await.unwrap();
    tokio::task::spawn_blocking(move || {
        import.upsert_batch(&[Row::Hcp(mara("Nephrology"))]).unwrap();
        Golden::publish(import).unwrap();
    })
    .await
    .unwrap();
    hers.is_poked().await;
}

#[tokio::test]
async fn what_writes_beside_the_server_is_found_by_looking() {
    let company = Company::founded().await;
    let lena = company.device_of("lena").await;
    let mut hers = ear(&company, &lena).await;
    let beside = sync_server::open(&company.database.config()).await.unwrap();
    let country = Country::DE;
    let row = Row::Territory(Territory { id: SOUTH, name: "South-East".into(), country });
    beside
        .upsert_rows(vec![RoutedRow { row, scopes: vec![ScopeId::Country(country)] }], company.now())
        .await
        .unwrap();
    hers.is_poked().await;
    beside.close().await.unwrap();
}

#[tokio::test]
async fn many_changes_at_once_are_one_poke() {
    let company = told().await;
    let (mut jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut hers = ear(&company, &lena).await;
    let calls = (1..=40).map(|n| jan.plan(n, company.now(), Audience::Commercial));
    let items = calls.flat_map(|call| call.items()).collect();
    company.sync(&mut jan, items).await;
    hers.is_poked().await;
    out(&company, &lena).await;
    assert_eq!(hers.ends().await, 0);
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let company = Company::founded().await;
    let lena = company.device_of("lena").await;
    let hers = ear(&company, &lena).await;
    company.pass(TimeDelta::minutes(10));
    hers.ends().await;
    let again = Ear::open(company.running.addr, &lena.token).await;
    assert_eq!(refused(again), (401, ProblemCode::NotSignedIn));
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_hears_nothing_more() {
    let company = Company::founded().await;
    let lena = company.device_of("lena").await;
    let hers = ear(&company, &lena).await;
    let store = company.running.store();
    let hash = TokenHash(Sha256::digest(lena.token.as_bytes()).into());
    let session = store.caller(hash, company.now()).await.unwrap().unwrap().session;
    store.end_session(session, company.now()).await.unwrap();
    company.pass(TimeDelta::seconds(30));
    hers.ends().await;
}

#[tokio::test]
async fn a_server_that_stops_ends_all_streams_first() {
    let company = Company::founded().await;
    let lena = company.device_of("lena").await;
    let hers = ear(&company, &lena).await;
    let (stopped, pokes) = tokio::join!(company.running.stop(), hers.ends());
    stopped.unwrap();
    assert_eq!(pokes, 0);
}

#[tokio::test]
async fn there_are_no_more_streams_than_the_server_may_have() {
    let company =
        Company::founded_with(|config| Config { limits: Limits { pokes: 1, ..Limits::default() }, ..config })
            .await;
    let (jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let his = ear(&company, &jan).await;
    assert_eq!(refused(Ear::open(company.running.addr, &lena.token).await), (503, ProblemCode::Busy));
    let second = ear(&company, &jan).await;
    his.ends().await;
    out(&company, &jan).await;
    second.ends().await;
    ear(&company, &lena).await;
}

#[tokio::test]
async fn streams_and_pokes_are_counted() {
    let company = Company::founded().await;
    let lena = company.device_of("lena").await;
    let _hers = ear(&company, &lena).await;
    let figures = reqwest::get(company.address("/metrics")).await.unwrap().text().await.unwrap();
    assert!(figures.contains("rounds_poke_streams "), "{figures}");
}
