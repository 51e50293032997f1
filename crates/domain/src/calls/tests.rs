//! What a call allows and refuses, state by state. No test of reading or writing documents belongs here.

use super::*;
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

fn noon() -> Instant {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap_or_default()
}

fn anna() -> UserId {
    UserId(Uuid::from_u128(1))
}

#[test]
fn a_planned_call_is_begun_submitted_and_then_frozen() {
    let submitted = CallState::Planned.begin(noon()).and_then(|s| s.submit(noon(), anna())).unwrap();
    assert_eq!(submitted, CallState::Submitted { at: noon(), by: anna() });
    assert_eq!(submitted.clone().begin(noon()), Err(InvalidTransition::Frozen));
    assert_eq!(submitted.clone().cancel(noon(), anna(), String::new()), Err(InvalidTransition::Frozen));
    assert_eq!(submitted.check_amendable(), Ok(()));
}

#[test]
fn a_cancelled_call_takes_nothing_more() {
    let cancelled = CallState::Planned.cancel(noon(), anna(), "ill".into()).unwrap();
    assert_eq!(cancelled.clone().submit(noon(), anna()), Err(InvalidTransition::Cancelled));
    assert_eq!(cancelled.check_amendable(), Err(InvalidTransition::Cancelled));
}

#[test]
fn an_amendment_changes_what_is_true_now_and_leaves_what_was_frozen() {
    let content = CallContent::planned(Channel::InPerson, noon(), noon() + TimeDelta::minutes(25));
    let amendment = Amendment {
        id: AmendmentId(Uuid::from_u128(3)),
        at: noon(),
        by: anna(),
        reason: "it was by video".into(),
        edits: vec![CallEdit::Channel(Channel::Remote)],
    };
    let call = Call {
        id: CallId(Uuid::from_u128(2)),
        owner: anna(),
        audience: Audience::Commercial,
        state: CallState::Submitted { at: noon(), by: anna() },
        content,
        amendments: vec![amendment],
    };
    assert_eq!(call.current().channel, Channel::Remote);
    assert_eq!(call.content.channel, Channel::InPerson);
}

#[test]
fn products_keep_the_order_in_which_they_came() {
    let mut content = CallContent::planned(Channel::Phone, noon(), noon());
    let [a, b] = [ProductId(Uuid::from_u128(9)), ProductId(Uuid::from_u128(1))];
    content.apply(&CallEdit::AddProduct(a));
    content.apply(&CallEdit::Reaction { product: b, reaction: Some(Reaction::Interested) });
    assert_eq!((content.products[&a].order, content.products[&b].order), (0, 1));
}
