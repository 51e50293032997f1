//! Staying signed in over a bad network, and signing out.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says where")]

use chrono::TimeDelta;
use contract::Code;
use contract::session::{GetSession, SessionView, SignOut};
use contract::sync::{Network, SetOffline, SyncNow};
use device::{Device, Exchange, HttpTransport, Transport};
use std::time::Duration;
use sync::json::{ProblemCode, Refresh, Session};
use sync_server::config::Limits;
use tokio::net::TcpListener;
use world::{Company, Hand, MARA};

/// The device, and the server's end of its session as somebody would have who had copied it.
async fn jan(company: &Company) -> (Hand, Session) {
    let jan = company.hand("jan", 1).await.unwrap();
    let session = jan.network.session().unwrap();
    (jan, session)
}

async fn is_signed_in(device: &Device) -> bool {
    let view = device.get_session(GetSession {}).await.unwrap();
    matches!(view, SessionView::SignedIn(me) if !me.expired)
}

/// Whether the server takes this refresh token.
async fn renews(company: &Company, session: &Session) -> bool {
    let ask = Refresh { refresh: session.refresh.clone() };
    match HttpTransport::new(&company.address()).unwrap().refresh(ask).await {
        Ok(_) => true,
        Err(device::TransportError::Refused { problem, .. }) => {
            assert_eq!(problem.code, ProblemCode::NotSignedIn);
            false
        }
        Err(other) => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn a_device_that_did_not_hear_its_new_tokens_stays_signed_in() {
    let company = Company::founded().await.unwrap();
    let (jan, _) = jan(&company).await;
    jan.plan(MARA).await.unwrap();
    company.clock.pass(TimeDelta::minutes(11));
    jan.network.loses_next_renewal();
    assert_eq!(jan.device.sync_now(SyncNow {}).await.unwrap_err().code, Code::NoNetwork);

    company.clock.pass(TimeDelta::hours(2));
    assert_eq!(jan.device.sync_now(SyncNow {}).await.unwrap().waiting_changes, 0);
    assert!(is_signed_in(&jan.device).await);
}

#[tokio::test]
async fn who_uses_a_copied_token_after_the_device_ends_the_session() {
    let company = Company::founded().await.unwrap();
    let (jan, copied) = jan(&company).await;
    company.clock.pass(TimeDelta::minutes(11));
    jan.device.sync_now(SyncNow {}).await.unwrap();

    assert!(!renews(&company, &copied).await);

    jan.sync().await;
    assert!(!is_signed_in(&jan.device).await);
}

#[tokio::test]
async fn the_server_hears_of_a_sign_out_even_with_tokens_that_have_ended() {
    let company = Company::founded().await.unwrap();
    for minutes in [0, 11] {
        let (jan, session) = jan(&company).await;
        company.clock.pass(TimeDelta::minutes(minutes));
        let view = jan.device.sign_out(SignOut {}).await.unwrap();
        assert!(matches!(view, SessionView::SignedOut { last_user: Some(jan), .. } if jan == "jan"));
        jan.network.signed_out().await;
        assert!(!renews(&company, &session).await, "after {minutes} minutes");
    }
}

#[tokio::test]
async fn signing_out_waits_for_no_server() {
    let company = Company::founded().await.unwrap();
    let (jan, _) = jan(&company).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    jan.network.move_to(&format!("http://{}", silent.local_addr().unwrap()));
    let out = tokio::time::timeout(Duration::from_secs(20), jan.device.sign_out(SignOut {})).await;
    assert!(out.unwrap().is_ok(), "sooner than any patience with a server ends");
    assert!(!is_signed_in(&jan.device).await);
    // It was told all the same, though it says nothing.
    silent.accept().await.unwrap();
}

#[tokio::test]
async fn a_device_that_is_switched_off_the_network_signs_out_alone() {
    let company = Company::founded().await.unwrap();
    let (jan, session) = jan(&company).await;
    jan.device.set_offline(SetOffline { offline: true }).await.unwrap();
    jan.device.sign_out(SignOut {}).await.unwrap();
    assert!(!is_signed_in(&jan.device).await);
    assert!(renews(&company, &session).await, "it ends by its time");
}

#[tokio::test]
async fn a_device_that_came_too_often_comes_back_when_the_server_wants_it() {
    let company = Company::with(Limits { syncs_per_device: 2, ..Limits::default() }).await.unwrap();
    let (jan, _) = jan(&company).await;
    let mut ended = Exchange::Resting;
    while jan.sync_view().await.unwrap().network == Network::Online {
        ended = jan.sync().await;
    }
    let Exchange::NextAt(at) = ended else { unreachable!("it will try again") };
    let wait = at - company.clock.now();
    assert!(wait >= TimeDelta::seconds(30), "two a minute is one in half of it: {wait}");

    company.clock.pass(wait);
    jan.sync().await;
    assert_eq!(jan.sync_view().await.unwrap().network, Network::Online);
}
