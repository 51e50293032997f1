//! Every command of the contract, through a door: a way by which screens reach a device. The story is told once, and
//! each door's own test says which door it is. A command that the story does not know fails it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed, and says where")]

use contract::{COMMANDS, calls, people, planning, session, sync};
use domain::Instant;
use serde_json::{Value, json};
use std::future::Future;

use crate::MARA;

/// A way by which screens reach a device on which somebody is signed in.
pub trait Door {
    /// Sends a command; its reply, or what it was refused with.
    fn ask(&self, name: &str, content: Value) -> impl Future<Output = Result<Value, Value>>;
}

/// Sends every command of the contract and looks at each answer. `now` is the device's time. Nobody is signed in
/// afterwards.
pub async fn every_command_is_answered(door: &impl Door, now: Instant) {
    let now = now.to_rfc3339();
    let planned = door.ask("plan_call", content("plan_call", &Value::Null, &now)).await.unwrap();
    // Signing out ends the story; all others come in the order of the contract.
    let (last, others): (Vec<_>, Vec<_>) = COMMANDS.iter().partition(|name| **name == "sign_out");
    for name in others.into_iter().chain(last) {
        let answer = door.ask(name, content(name, &planned["call"], &now)).await;
        match (answer, refusal(name)) {
            (Ok(reply), None) => assert!(fits(name, reply.clone()), "{name}: {reply}"),
            (Err(refused), Some(code)) => assert_eq!(refused["code"], code, "{name}"),
            (answer, _) => panic!("{name}: {answer:?}"),
        }
    }
}

/// Sends commands with content of the wrong shape: each is refused with a code, and changes nothing.
pub async fn content_of_the_wrong_shape_is_refused(door: &impl Door) {
    let before = door.ask("get_sync", json!({})).await.unwrap();
    for (name, content) in [
        ("get_call", json!({ "call": "no id" })),
        ("get_call", json!({})),
        ("get_call", json!([1])),
        ("plan_call", json!({ "hcps": [MARA], "channel": "by pigeon" })),
        ("add_note", json!({ "hcp": MARA, "text": 7 })),
        ("set_offline", json!(null)),
    ] {
        let refused = door.ask(name, content.clone()).await.unwrap_err();
        assert_eq!(refused["code"], "bad_request", "{name} {content}: {refused}");
        assert_eq!(refused["message_key"], "error.bad_request");
    }
    assert_eq!(door.ask("get_sync", json!({})).await.unwrap(), before);
}

fn is<T: serde::de::DeserializeOwned>(reply: Value) -> bool {
    serde_json::from_value::<T>(reply).is_ok()
}

/// A content that the command accepts in the state that the story has reached.
fn content(name: &str, call: &Value, now: &str) -> Value {
    let edits = json!([{ "edit": "side_effect", "to": "none_mentioned" }]);
    match name {
        "get_day" => json!({ "from": "2026-11-23T00:00:00Z", "until": "2026-11-24T00:00:00Z" }),
        "plan_call" => json!({
            "hcps": [MARA], "channel": "in_person", "starts_at": now, "ends_at": now, "begin": true
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
