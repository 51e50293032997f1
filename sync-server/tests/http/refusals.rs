//! Requests that are refused whole, each with a reason that says what to do.

use crate::support::{Company, outcomes, refused};
use domain::people::Audience;
use reqwest::StatusCode;
use sync::json::{Problem, ProblemCode};
use sync::wire::v1::{Item, Outcome, Rejection};
use sync::wire::{CONTENT_TYPE, encode};

async fn told(answer: reqwest::Response) -> (u16, ProblemCode) {
    assert_eq!(answer.headers()["rounds-wire"], "1");
    (answer.status().as_u16(), answer.json::<Problem>().await.unwrap().code)
}

#[tokio::test]
async fn a_body_that_is_no_frame_or_of_a_newer_wire_says_so() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    let newer = encode(2, &jan.request(Vec::new())).unwrap();
    let other = encode(1, &"something else").unwrap();
    assert_eq!(told(company.post(&jan, b"{}".to_vec()).await).await, (400, ProblemCode::BadBody));
    assert_eq!(
        told(company.post(&jan, b"RND\x01not cbor".to_vec()).await).await,
        (400, ProblemCode::BadBody)
    );
    assert_eq!(told(company.post(&jan, other).await).await, (400, ProblemCode::BadBody));
    assert_eq!(told(company.post(&jan, newer).await).await, (400, ProblemCode::WireUnsupported));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    let large = vec![0; 7 * 1024 * 1024];
    assert_eq!(told(company.post(&jan, large).await).await, (413, ProblemCode::TooLarge));
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let many = vec![call.items()[0].clone(); 501];
    assert_eq!(refused(company.try_sync(&jan, many).await), (413, ProblemCode::TooLarge));
}

#[tokio::test]
async fn bad_items_are_refused_alone() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let bad = |change: Vec<u8>| Item { change, ..call.items()[0].clone() };
    let mut flipped = call.changes[0].bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;

    let items = vec![bad(vec![0; 70_000]), bad(b"hello".to_vec()), bad(flipped), call.items()[0].clone()];
    let answer = company.sync(&mut jan, items).await;

    let [large, broken] = [Rejection::TooLarge, Rejection::Broken].map(Outcome::Rejected);
    assert_eq!(outcomes(&answer), [large, broken, broken, Outcome::Accepted]);
}

#[tokio::test]
async fn another_content_type_no_token_and_an_unknown_address_are_problems_too() {
    let company = Company::founded().await;
    let jan = company.device_of("jan").await;
    let http = reqwest::Client::new();
    let sync = || http.post(company.address("/v1/sync"));
    let plain = sync().bearer_auth(&jan.token).header("content-type", "text/plain").body("x").send().await;
    assert_eq!(told(plain.unwrap()).await, (415, ProblemCode::BadBody));
    let nobody = sync().header("content-type", CONTENT_TYPE).body("x").send().await.unwrap();
    assert_eq!(nobody.headers()["www-authenticate"], "Bearer");
    assert_eq!(told(nobody).await, (401, ProblemCode::NotSignedIn));
    let unknown = http.get(company.address("/v1/nothing")).send().await.unwrap();
    assert_eq!(told(unknown).await, (404, ProblemCode::NotFound));
    let method = http.get(company.address("/v1/sync")).send().await.unwrap();
    assert_eq!(told(method).await, (405, ProblemCode::NotAllowed));
}

#[tokio::test]
async fn json_that_is_none_or_not_what_is_asked_for_is_a_problem() {
    let company = Company::founded().await;
    let post = |body: &'static str, kind: &'static str| {
        reqwest::Client::new()
            .post(company.address("/v1/sign-in"))
            .header("content-type", kind)
            .body(body)
            .send()
    };
    assert_eq!(told(post("{", "application/json").await.unwrap()).await, (400, ProblemCode::BadBody));
    assert_eq!(told(post("{}", "application/json").await.unwrap()).await, (400, ProblemCode::BadBody));
    assert_eq!(told(post("{}", "text/plain").await.unwrap()).await, (415, ProblemCode::BadBody));
}

#[tokio::test]
async fn a_request_keeps_its_id_and_gets_one_when_it_has_none() {
    let company = Company::founded().await;
    let get = || reqwest::Client::new().get(company.address("/healthz"));
    let kept = get().header("x-request-id", "abc-1").send().await.unwrap();
    let given = get().header("x-request-id", "no good!").send().await.unwrap();
    assert_eq!((kept.status(), &kept.headers()["x-request-id"]), (StatusCode::OK, &"abc-1".parse().unwrap()));
    assert_eq!(given.headers()["x-request-id"].len(), 36);
}
