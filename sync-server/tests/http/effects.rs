//! What leaves for the CRM: once for each effect, and never what commercial may not know.

use crate::support::{Company, MARA, outcomes};
use axum::Router;
use axum::routing::post;
use domain::calls::{CallEdit, SideEffect};
use domain::people::Audience;
use serde_json::Value;
use sync::wire::v1::Outcome;
use sync_server::config::Webhook;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver that takes everything, and what it took.
async fn crm() -> (Webhook, UnboundedReceiver<Value>) {
    let (took, taken) = unbounded_channel();
    let hook = move |body: String| async move { took.send(serde_json::from_str(&body).unwrap()).unwrap() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(hook))).await });
    (Webhook { url, secret: SECRET.into(), ..Webhook::default() }, taken)
}

#[tokio::test]
async fn a_submitted_call_reaches_the_crm_and_so_does_its_amendment() {
    let (webhook, mut taken) = crm().await;
    let company = Company::with(webhook).await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.note(jan.writes(company.now()), "asked for renal data");
    call.submit(jan.writes(company.now()));
    company.sync(&mut jan, call.items()).await;

    let event = taken.recv().await.unwrap();
    assert_eq!(
        (&event["type"], &event["subject"]),
        (&"com.rounds.call.submitted.v1".into(), &MARA.to_string().into())
    );
    assert_eq!(event["data"]["notes"], "asked for renal data");

    call.amend(jan.writes(company.now()), 8);
    company.sync(&mut jan, call.items_from(3)).await;
    let event = taken.recv().await.unwrap();
    assert_eq!(
        (&event["data"]["channel"], &event["data"]["amendment"]["reason"]),
        (&"remote".into(), &"it was by video".into())
    );
    company.running.stop().await.unwrap();
}

#[tokio::test]
async fn of_a_medical_call_the_crm_learns_that_it_took_place() {
    let (webhook, mut taken) = crm().await;
    let company = Company::with(webhook).await;
    let mut miriam = company.device_of("miriam").await;
    let mut call = miriam.plan(1, company.now(), Audience::Medical);
    call.note(miriam.writes(company.now()), "asked about use in pregnancy");
    call.submit(miriam.writes(company.now()));
    company.sync(&mut miriam, call.items()).await;
    let event = taken.recv().await.unwrap().to_string();
    assert!(event.contains("medical") && !event.contains("pregnancy"), "{event}");
}

#[tokio::test]
async fn a_push_that_comes_again_and_again_has_its_effect_once() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let mut call = jan.plan(1, company.now(), Audience::Commercial);
    call.submit(jan.writes(company.now()));
    for _ in 0..3 {
        company.sync(&mut jan, call.items()).await;
    }
    assert_eq!(company.running.store().backlog().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn work_that_was_done_before_a_submission_was_seen_is_merged_and_told() {
    let company = Company::founded().await;
    let (mut jan, mut lena) = (company.device_of("jan").await, company.device_of("lena").await);
    let mut jans = jan.plan(1, company.now(), Audience::Commercial);
    company.sync(&mut jan, jans.items()).await;
    let mut lenas = jans.clone();
    jans.submit(jan.writes(company.now()));
    lenas.edit(lena.writes(company.now()), &[CallEdit::SideEffect(Some(SideEffect::Mentioned))], None);
    company.sync(&mut jan, jans.items_from(1)).await;

    assert_eq!(outcomes(&company.sync(&mut lena, lenas.items_from(1)).await), [Outcome::Accepted]);
    assert_eq!(company.running.store().backlog().await.unwrap().waiting, 2);
}
