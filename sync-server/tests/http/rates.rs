//! How often somebody may come.

use crate::support::{Company, Device, PASSWORD, refused};
use chrono::TimeDelta;
use domain::ids::DeviceId;
use reqwest::{Client, Response, StatusCode};
use sync::json::{Problem, ProblemCode};
use sync_server::Config;
use sync_server::config::Limits;
use uuid::Uuid;

async fn limited(limits: Limits) -> Company {
    Company::founded_with(|config| Config { limits, ..config }).await
}

/// Asks to sign in with nothing in the body, from behind a proxy that says so.
async fn knock(company: &Company, forwarded: &str) -> StatusCode {
    let knock = Client::new().post(company.address("/v1/sign-in")).header("x-forwarded-for", forwarded);
    knock.send().await.unwrap().status()
}

/// A sync with a body that is none: it is refused as such only when it is read.
async fn nonsense(company: &Company, device: &Device) -> Response {
    company.post(device, vec![0; 64]).await
}

/// Seconds to wait, as the server says.
async fn told_to_wait(answer: Response) -> i64 {
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(answer.json::<Problem>().await.unwrap().code, ProblemCode::Busy);
    seconds
}

#[tokio::test]
async fn a_device_that_syncs_too_often_is_told_when_to_come_back_before_its_body_is_read() {
    let company = limited(Limits { syncs_per_device: 3, ..Limits::default() }).await;
    let (jan, lena) = (company.device_of("jan").await, company.device_of("lena").await);
    for _ in 0..3 {
        assert_eq!(nonsense(&company, &jan).await.status(), StatusCode::BAD_REQUEST);
    }
    let wait = told_to_wait(nonsense(&company, &jan).await).await;
    company.try_sync(&lena, Vec::new()).await.unwrap();

    company.pass(TimeDelta::seconds(wait));
    company.try_sync(&jan, Vec::new()).await.unwrap();
    assert_eq!(refused(company.try_sync(&jan, Vec::new()).await), (429, ProblemCode::Busy));
}

#[tokio::test]
async fn an_address_asks_for_tokens_no_more_often_than_it_may_and_syncs_all_the_same() {
    let company = limited(Limits { sign_ins_per_address: 2, ..Limits::default() }).await;
    let jan = company.device_of("jan").await;
    let other = DeviceId(Uuid::from_u128(7));
    company.sign_in("lena", PASSWORD, other).await.map(drop).unwrap();
    assert_eq!(company.sign_in("lena", PASSWORD, other).await.map(drop).unwrap_err().code, ProblemCode::Busy);
    let renew = Client::new().post(company.address("/v1/refresh")).send().await.unwrap();
    let wait = told_to_wait(renew).await;
    company.try_sync(&jan, Vec::new()).await.unwrap();
    company.pass(TimeDelta::seconds(wait));
    company.sign_in("lena", PASSWORD, other).await.map(drop).unwrap();
}

#[tokio::test]
async fn an_address_comes_no_more_often_than_it_may_whatever_it_wants() {
    let company = limited(Limits { requests_per_address: 3, ..Limits::default() }).await;
    let nowhere = || reqwest::get(company.address("/v1/nowhere"));
    for _ in 0..3 {
        assert_eq!(nowhere().await.unwrap().status(), StatusCode::NOT_FOUND);
    }
    let wait = told_to_wait(nowhere().await.unwrap()).await;
    company.pass(TimeDelta::seconds(wait));
    assert_eq!(nowhere().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn those_who_run_the_server_are_always_answered() {
    let company = limited(Limits { requests_per_address: 1, ..Limits::default() }).await;
    for _ in 0..5 {
        assert_eq!(reqwest::get(company.address("/healthz")).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_it_is_the_client_that_is_counted() {
    let trusted_proxies = serde_json::from_value(serde_json::json!("127.0.0.0/8")).unwrap();
    let company = limited(Limits { sign_ins_per_address: 1, trusted_proxies, ..Limits::default() }).await;
    let (first, second) = ("198.51.100.1", "198.51.100.2");
    assert_eq!(knock(&company, first).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(knock(&company, second).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // What it says of others is its own word.
    assert_eq!(knock(&company, &format!("198.51.100.3, {first}")).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_stranger_who_claims_to_be_a_proxy_is_counted_as_one_stranger() {
    let company = limited(Limits { sign_ins_per_address: 1, ..Limits::default() }).await;
    assert_eq!(knock(&company, "198.51.100.1").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(knock(&company, "198.51.100.2").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn who_guesses_behind_a_trusted_proxy_locks_out_nobody_else() {
    let trusted_proxies = serde_json::from_value(serde_json::json!(["127.0.0.1"])).unwrap();
    let company = limited(Limits { failed_sign_ins: 1, trusted_proxies, ..Limits::default() }).await;
    let guess = |from: &'static str, password: &'static str| {
        let ask = serde_json::json!({ "user": "jan", "password": password, "device": Uuid::from_u128(5) });
        let post = Client::new().post(company.address("/v1/sign-in")).header("x-forwarded-for", from);
        async move { post.json(&ask).send().await.unwrap().status() }
    };
    assert_eq!(guess("2001:db8::1", "wrong").await, StatusCode::UNAUTHORIZED);
    assert_eq!(guess("2001:db8::2", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "the same 64 bits");
    assert_eq!(guess("2001:db8:0:1::1", PASSWORD).await, StatusCode::OK);
}
