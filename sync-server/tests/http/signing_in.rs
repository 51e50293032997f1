//! Signing in, staying signed in, signing out.

use crate::support::{Company, PASSWORD, refused};
use chrono::TimeDelta;
use domain::ids::DeviceId;
use reqwest::StatusCode;
use sync::json::{Problem, ProblemCode, Refresh, Session};
use uuid::Uuid;

async fn refresh(company: &Company, token: &str) -> Result<Session, Problem> {
    let ask = Refresh { refresh: token.into() };
    let sent = reqwest::Client::new().post(company.address("/v1/refresh")).json(&ask).send().await.unwrap();
    if sent.status() == StatusCode::OK {
        Ok(sent.json().await.unwrap())
    } else {
        Err(sent.json().await.unwrap())
    }
}

fn code<T>(answer: Result<T, Problem>) -> ProblemCode {
    answer.map(drop).unwrap_err().code
}

#[tokio::test]
async fn who_signs_in_learns_who_they_are() {
    let company = Company::founded().await;
    let session = company.device_of("jan").await.session;
    assert_eq!((session.who.name.as_str(), session.who.territory.as_deref()), ("Dr jan", Some("North")));
    assert_eq!(session.access_until, company.now() + TimeDelta::minutes(10));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let company = Company::founded().await;
    let device = DeviceId(Uuid::from_u128(5));
    let wrong = company.sign_in("jan", "wrong", device).await.map(drop).unwrap_err();
    let unknown = company.sign_in("nobody", PASSWORD, device).await.map(drop).unwrap_err();
    assert_eq!(wrong.code, ProblemCode::SignInFailed);
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn who_guesses_must_wait_and_is_told_how_long() {
    let company = Company::founded().await;
    let device = DeviceId(Uuid::from_u128(5));
    for _ in 0..10 {
        assert_eq!(code(company.sign_in("jan", "wrong", device).await), ProblemCode::SignInFailed);
    }
    assert_eq!(code(company.sign_in("jan", PASSWORD, device).await), ProblemCode::Busy);
    assert!(company.sign_in("lena", PASSWORD, DeviceId(Uuid::from_u128(6))).await.is_ok());
    company.pass(TimeDelta::minutes(6));
    assert!(company.sign_in("jan", PASSWORD, device).await.is_ok());
}

#[tokio::test]
async fn a_device_belongs_to_whoever_signed_in_first() {
    let company = Company::founded().await;
    let device = company.device_of("jan").await.id;
    assert_eq!(code(company.sign_in("lena", PASSWORD, device).await), ProblemCode::DeviceOfAnother);
}

#[tokio::test]
async fn a_session_is_renewed_with_a_token_that_is_good_once() {
    let company = Company::founded().await;
    let mut device = company.device_of("jan").await;
    company.pass(TimeDelta::minutes(11));
    let ended = company.try_sync(&device, Vec::new()).await;
    assert_eq!(refused(ended), (401, ProblemCode::NotSignedIn));

    let renewed = refresh(&company, &device.session.refresh).await.unwrap();
    device.token = renewed.access;
    assert!(company.try_sync(&device, Vec::new()).await.is_ok());
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_after_its_answer_was_used_ends_the_session() {
    let company = Company::founded().await;
    let mut device = company.device_of("jan").await;
    let renewed = refresh(&company, &device.session.refresh).await.unwrap();
    device.token = renewed.access;
    company.try_sync(&device, Vec::new()).await.unwrap();

    assert_eq!(code(refresh(&company, &device.session.refresh).await), ProblemCode::NotSignedIn);

    assert_eq!(code(refresh(&company, &renewed.refresh).await), ProblemCode::NotSignedIn);
    assert_eq!(refused(company.try_sync(&device, Vec::new()).await), (401, ProblemCode::NotSignedIn));
}

#[tokio::test]
async fn a_device_that_never_heard_the_answer_asks_again() {
    let company = Company::founded().await;
    let mut device = company.device_of("jan").await;
    let lost = refresh(&company, &device.session.refresh).await.unwrap();
    company.pass(TimeDelta::hours(3));
    let heard = refresh(&company, &device.session.refresh).await.unwrap();

    device.token = lost.access;
    assert_eq!(refused(company.try_sync(&device, Vec::new()).await), (401, ProblemCode::NotSignedIn));
    device.token = heard.access;
    company.try_sync(&device, Vec::new()).await.unwrap();
    assert!(refresh(&company, &heard.refresh).await.is_ok());
}

#[tokio::test]
async fn who_comes_with_a_pair_that_was_given_up_ends_the_session() {
    let company = Company::founded().await;
    let mut device = company.device_of("jan").await;
    let overheard = refresh(&company, &device.session.refresh).await.unwrap();
    let heard = refresh(&company, &device.session.refresh).await.unwrap();

    assert_eq!(code(refresh(&company, &overheard.refresh).await), ProblemCode::NotSignedIn);

    device.token = heard.access;
    assert_eq!(refused(company.try_sync(&device, Vec::new()).await), (401, ProblemCode::NotSignedIn));
    assert_eq!(code(refresh(&company, &heard.refresh).await), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn only_the_last_refresh_token_is_good_again() {
    let company = Company::founded().await;
    let device = company.device_of("jan").await;
    let second = refresh(&company, &device.session.refresh).await.unwrap();
    assert!(refresh(&company, &second.refresh).await.is_ok());
    assert_eq!(code(refresh(&company, &device.session.refresh).await), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn a_refresh_token_lasts_thirty_days() {
    let company = Company::founded().await;
    let device = company.device_of("jan").await;
    company.pass(TimeDelta::days(31));
    assert_eq!(code(refresh(&company, &device.session.refresh).await), ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let company = Company::founded().await;
    let device = company.device_of("jan").await;
    let out = reqwest::Client::new().post(company.address("/v1/sign-out")).bearer_auth(&device.token);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(company.try_sync(&device, Vec::new()).await), (401, ProblemCode::NotSignedIn));
    assert_eq!(code(refresh(&company, &device.session.refresh).await), ProblemCode::NotSignedIn);
}
