//! Every command of the contract is answered through the JSON door that both shells use: with its own reply, or with
//! a code. A command that this test does not know fails it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a story that cannot go on has failed, and says where"
)]

use contract::{COMMANDS, Refusal, calls, people, planning, session, sync};
use device::dispatch;
use serde_json::{Value, json};
use world::{Company, Hand, MARA};

async fn ask(hand: &Hand, name: &str, content: Value) -> Result<Value, Refusal> {
    dispatch(&hand.device, name, content).await
}

fn is<T: serde::de::DeserializeOwned>(reply: Value) -> bool {
    serde_json::from_value::<T>(reply).is_ok()
}

/// A content that the command accepts in the state that the story has reached.
fn content(name: &str, call: &Value, hand_now: &str) -> Value {
    let edits = json!([{ "edit": "side_effect", "to": "none_mentioned" }]);
    match name {
        "get_day" => json!({ "from": "2026-11-23T00:00:00Z", "until": "2026-11-24T00:00:00Z" }),
        "plan_call" => json!({
            "hcps": [MARA], "channel": "in_person", "starts_at": hand_now, "ends_at": hand_now, "begin": true
        }),
        "get_call" | "submit_call" => json!({ "call": call }),
        "edit_call" => json!({ "call": call, "edits": edits, "begin": true }),
        "amend_call" => json!({ "call": call, "reason": "a slip", "edits": edits }),
        "cancel_call" => json!({ "call": call, "reason": "a slip" }),
        "search_hcps" => json!({ "text": "lind", "after": null, "limit": 20 }),
        "get_profile" => json!({ "hcp": MARA }),
        "get_timeline" => json!({ "hcp": MARA, "after": null }),
        "add_note" => json!({ "hcp": MARA, "text": "prefers mornings" }),
        "record_consent" => {
            json!({ "hcp": MARA, "channel": "email", "act": "granted", "evidence": "spoken" })
        }
        "sign_in" => json!({ "user": "jan", "password": "correct horse" }),
        "unlock" => json!({ "passphrase": "a passphrase for tests" }),
        "set_offline" => json!({ "offline": false }),
        "complete_follow_up" => json!({ "follow_up": call }),
        "retry_document" => json!({ "doc": call }),
        _ => json!({}),
    }
}

/// Whether a reply is what the contract says of the command, with content worth showing.
fn fits(name: &str, reply: Value) -> bool {
    match name {
        "get_session" | "unlock" | "sign_in" | "sign_out" => is::<session::SessionView>(reply),
        "get_day" => is::<calls::DayView>(reply),
        "get_call" | "plan_call" | "edit_call" => is::<calls::CallView>(reply),
        "submit_call" | "amend_call" => is::<calls::CallReceipt>(reply),
        "search_hcps" => reply["rows"][0]["name"] == "Dr Ines Lindqvist" && is::<people::HcpPage>(reply),
        "get_profile" | "add_note" | "record_consent" => is::<people::ProfileView>(reply),
        "get_timeline" => is::<people::TimelinePage>(reply),
        "get_follow_ups" => is::<planning::FollowUpList>(reply),
        "get_sync" | "sync_now" | "set_offline" | "retry_document" => is::<sync::SyncView>(reply),
        _ => false,
    }
}

/// Commands whose story comes to a refusal, and its code.
fn refusal(name: &str) -> Option<&'static str> {
    match name {
        "cancel_call" => Some("call_frozen"),
        "complete_follow_up" => Some("not_found"),
        _ => None,
    }
}

#[tokio::test]
async fn every_command_of_the_contract_is_answered_as_the_contract_says() {
    let company = Company::founded().await.unwrap();
    let jan = company.hand("jan", 1).await.unwrap();
    let now = company.clock.now().to_rfc3339();
    let planned = ask(&jan, "plan_call", content("plan_call", &Value::Null, &now)).await.unwrap();
    // Signing out ends the story; all others come in the order of the contract.
    let (last, others): (Vec<_>, Vec<_>) = COMMANDS.iter().partition(|name| **name == "sign_out");
    for name in others.into_iter().chain(last) {
        let answer = ask(&jan, name, content(name, &planned["call"], &now)).await;
        match (answer, refusal(name)) {
            (Ok(reply), None) => assert!(fits(name, reply.clone()), "{name}: {reply}"),
            (Err(refused), Some(code)) => assert_eq!(refused.code.text(), code, "{name}"),
            (answer, _) => panic!("{name}: {answer:?}"),
        }
    }
}
