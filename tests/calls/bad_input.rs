//! What people and machines get wrong: every refusal has a code, and nothing changes.

use chrono::TimeDelta;
use contract::calls::{AmendCall, CancelCall, PlanCall};
use contract::people::{AddNote, SearchHcps};
use contract::session::Unlock;
use contract::sync::SyncNow;
use contract::{Code, Refusal};
use device::dispatch;
use domain::calls::{CallEdit, Channel};
use domain::ids::{CallId, HcpId};
use serde_json::json;
use std::fmt::Debug;
use uuid::Uuid;
use world::{Company, Fate, Hand, MARA, Network};

fn code<T: Debug>(answer: Result<T, Refusal>) -> Code {
    answer.unwrap_err().code
}

async fn jan(company: &Company) -> Hand {
    company.hand("jan", 1).await.unwrap()
}

#[tokio::test]
async fn a_call_is_not_submitted_before_it_is_complete() {
    let company = Company::founded().await.unwrap();
    let jan = jan(&company).await;
    let call = jan.plan(MARA).await.unwrap().call;
    assert_eq!(code(jan.submit(call).await), Code::SideEffectUnanswered);
    jan.edit(call, &[CallEdit::RemoveAttendee(MARA)]).await.unwrap();
    assert_eq!(code(jan.submit(call).await), Code::AttendeeRequired);
    let tomorrow = company.clock.now() + TimeDelta::days(1);
    let late = CallEdit::Time { starts_at: tomorrow, ends_at: tomorrow };
    jan.edit(call, &[CallEdit::AddAttendee(MARA), late]).await.unwrap();
    assert_eq!(code(jan.submit(call).await), Code::NotYetOver);
}

#[tokio::test]
async fn what_cannot_be_is_not_written() {
    let company = Company::founded().await.unwrap();
    let jan = jan(&company).await;
    let call = jan.plan(MARA).await.unwrap().call;
    let before = jan.sync_view().await.unwrap().waiting_changes;
    let now = company.clock.now();

    let backwards = CallEdit::Time { starts_at: now, ends_at: now - TimeDelta::hours(1) };
    assert_eq!(code(jan.edit(call, &[backwards]).await), Code::TimeInvalid);
    assert_eq!(code(jan.edit(call, &[CallEdit::Notes("x".repeat(10_001))]).await), Code::TextTooLong);
    let stranger = HcpId(Uuid::from_u128(99));
    assert_eq!(code(jan.edit(call, &[CallEdit::AddAttendee(stranger)]).await), Code::NotFound);
    assert_eq!(code(jan.edit(CallId(Uuid::nil()), &[]).await), Code::NotFound);
    assert_eq!(code(jan.amend(call, "why", CallEdit::Place(None)).await), Code::CallNotSubmitted);
    let (reason, hcp) = (String::new(), MARA);
    let amend = AmendCall { call, reason: "  ".into(), edits: vec![] };
    assert_eq!(code(jan.device.amend_call(amend).await), Code::ReasonRequired);
    assert_eq!(
        code(jan.device.cancel_call(CancelCall { call, reason: reason.clone() }).await),
        Code::ReasonRequired
    );
    assert_eq!(code(jan.device.add_note(AddNote { hcp, text: reason }).await), Code::TextRequired);
    let nobody =
        PlanCall { hcps: vec![], channel: Channel::Phone, starts_at: now, ends_at: now, begin: false };
    assert_eq!(code(jan.device.plan_call(nobody).await), Code::AttendeeRequired);

    assert_eq!(jan.sync_view().await.unwrap().waiting_changes, before);
}

#[tokio::test]
async fn commands_that_are_none_are_refused() {
    let company = Company::founded().await.unwrap();
    let jan = jan(&company).await;
    assert_eq!(code(dispatch(&jan.device, "drop_tables", json!({})).await), Code::BadRequest);
    assert_eq!(code(dispatch(&jan.device, "get_call", json!({"call": "no id"})).await), Code::BadRequest);
    let search = SearchHcps { text: String::new(), after: Some("elsewhere".into()), limit: 10 };
    assert_eq!(code(jan.device.search_hcps(search).await), Code::BadRequest);
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_server_are_told_apart() {
    let company = Company::founded().await.unwrap();
    let jan = Hand::new("jan", 1, Network::to(&company.address()), company.clock.clone()).await.unwrap();
    assert_eq!(code(jan.sign_in("wrong").await), Code::SignInFailed);
    jan.network.move_to("http://127.0.0.1:9");
    assert_eq!(code(jan.sign_in("correct horse").await), Code::NoNetwork);
    assert_eq!(code(jan.plan(MARA).await), Code::SignedOut);
}

#[tokio::test]
async fn a_server_of_a_newer_wire_is_said_to_be_one_and_nothing_that_waits_is_lost() {
    let company = Company::founded().await.unwrap();
    let jan = jan(&company).await;
    jan.plan(MARA).await.unwrap();
    jan.network.will([Fate::AnsweredByNewer]);
    assert_eq!(code(jan.device.sync_now(SyncNow {}).await), Code::ServerTooNew);
    jan.network.will([Fate::RequestLost]);
    assert_eq!(code(jan.device.sync_now(SyncNow {}).await), Code::NoNetwork);
    assert_eq!(jan.sync_view().await.unwrap().waiting_changes, 1);
    assert_eq!(jan.device.sync_now(SyncNow {}).await.unwrap().waiting_changes, 0);
}

#[tokio::test]
async fn a_device_stays_with_its_first_person() {
    let company = Company::founded().await.unwrap();
    let jan = jan(&company).await;
    let lena = contract::session::SignIn { user: "lena".into(), password: "correct horse".into() };
    assert_eq!(code(jan.device.sign_in(lena).await), Code::DeviceOfAnother);
    let weak = Unlock { passphrase: "irrelevant, it is open".into() };
    assert!(jan.device.unlock(weak).await.is_ok());
}
