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

fn amendment(id: u128, reason: &str, edits: &[CallEdit]) -> Amendment {
    let id = AmendmentId(Uuid::from_u128(id));
    Amendment { id, at: noon(), by: anna(), reason: reason.into(), edits: edits.to_vec() }
}

fn submitted(amendments: Vec<Amendment>) -> Call {
    Call {
        id: CallId(Uuid::from_u128(2)),
        owner: anna(),
        audience: Audience::Commercial,
        state: CallState::Submitted { at: noon(), by: anna() },
        content: CallContent::planned(Channel::InPerson, noon(), noon() + TimeDelta::minutes(25)),
        amendments,
    }
}

#[test]
fn an_amendment_changes_what_is_true_now_and_leaves_what_was_frozen() {
    let call = submitted(vec![amendment(3, "it was by video", &[CallEdit::Channel(Channel::Remote)])]);
    assert_eq!(call.current().channel, Channel::Remote);
    assert_eq!(call.content.channel, Channel::InPerson);
}

#[test]
fn amendments_are_told_one_by_one_from_what_was_submitted() {
    let call = submitted(vec![
        amendment(3, "it was by video", &[CallEdit::Channel(Channel::Remote)]),
        amendment(4, "no, by phone", &[CallEdit::Channel(Channel::Phone)]),
    ]);
    let told = call.amended();
    let channels: Vec<_> = told.iter().map(|own| (own.before.channel, own.after.channel)).collect();
    assert_eq!(channels, [(Channel::InPerson, Channel::Remote), (Channel::Remote, Channel::Phone)]);
    assert_eq!(told[1].amendment.reason, "no, by phone");
    assert_eq!(told[1].after, call.current());
}

#[test]
fn an_amendment_speaks_of_a_part_once_and_in_the_order_of_telling() {
    let product = ProductId(Uuid::from_u128(9));
    let message = MessageId(Uuid::from_u128(8));
    let edits = [
        CallEdit::Notes("asked for reprints".into()),
        CallEdit::Message { product, message, given: true },
        CallEdit::Reaction { product, reaction: Some(Reaction::Interested) },
        CallEdit::Channel(Channel::InPerson),
    ];
    let call = submitted(vec![amendment(3, "forgotten", &edits)]);
    let parts: Vec<_> = call.amended()[0].parts().into_iter().collect();
    assert_eq!(parts, [CallPart::Channel, CallPart::Product(product), CallPart::Notes]);
}

#[test]
fn products_keep_the_order_in_which_they_came() {
    let mut content = CallContent::planned(Channel::Phone, noon(), noon());
    let [a, b] = [ProductId(Uuid::from_u128(9)), ProductId(Uuid::from_u128(1))];
    content.apply(&CallEdit::AddProduct(a));
    content.apply(&CallEdit::Reaction { product: b, reaction: Some(Reaction::Interested) });
    assert_eq!((content.products[&a].order, content.products[&b].order), (0, 1));
}
