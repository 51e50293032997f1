//! What is read again after an edit is what a reading of the whole call finds, whatever was edited and merged before.

use super::*;
use crate::{Actor, Author, Document};
use chrono::{DateTime, NaiveDate, TimeDelta};
use domain::calls::{Call, CallContent, CallEdit, CallState, Channel, NextStep, Reaction, SideEffect};
use domain::ids::{CallId, HcpId, MessageId, OrgId, ProductId, UserId};
use domain::people::Audience;
use proptest::prelude::*;
use uuid::Uuid;

const CALL: CallId = CallId(Uuid::from_u128(1));

fn author(who: u8) -> Author {
    let user = UserId(Uuid::from_u128(who.into()));
    Author { actor: Actor([who; 16]), user, now: DateTime::UNIX_EPOCH }
}

fn planned() -> Document {
    let now = author(1).now;
    let call = Call {
        id: CALL,
        owner: author(1).user,
        audience: Audience::Commercial,
        state: CallState::Planned,
        content: CallContent::planned(Channel::InPerson, now, now),
        amendments: Vec::new(),
    };
    create(author(1), &call).unwrap().0
}

/// Few things, so that two hands often touch the same.
fn edits() -> impl Strategy<Value = CallEdit> {
    let (hcp, product) =
        (|n: u8| HcpId(Uuid::from_u128(n.into())), |n: u8| ProductId(Uuid::from_u128(n.into())));
    let message = |n: u8| MessageId(Uuid::from_u128(n.into()));
    let time = |minute: u8| author(1).now + TimeDelta::minutes(minute.into());
    let day = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap();
    prop_oneof![
        prop::sample::select(Channel::ALL.to_vec()).prop_map(CallEdit::Channel),
        (0_u8..9).prop_map(move |m| CallEdit::Time { starts_at: time(m), ends_at: time(m + 1) }),
        prop::option::of("[a-c]{0,3}").prop_map(CallEdit::Place),
        prop::option::of(0_u8..3)
            .prop_map(|n| CallEdit::Organisation(n.map(|n| OrgId(Uuid::from_u128(n.into()))))),
        (0_u8..3).prop_map(move |n| CallEdit::AddAttendee(hcp(n))),
        (0_u8..3).prop_map(move |n| CallEdit::RemoveAttendee(hcp(n))),
        (0_u8..3).prop_map(move |n| CallEdit::AddProduct(product(n))),
        (0_u8..3).prop_map(move |n| CallEdit::RemoveProduct(product(n))),
        (0_u8..3, prop::option::of(prop::sample::select(Reaction::ALL.to_vec())))
            .prop_map(move |(n, reaction)| CallEdit::Reaction { product: product(n), reaction }),
        (0_u8..3, 0_u8..2, any::<bool>()).prop_map(move |(n, m, given)| CallEdit::Message {
            product: product(n),
            message: message(m),
            given
        }),
        "[a-c ]{0,9}".prop_map(CallEdit::Notes),
        prop::option::of("[a-c]{1,3}")
            .prop_map(move |text| CallEdit::NextStep(text.map(|text| NextStep { text, due: day }))),
        prop::option::of(Just(SideEffect::NoneMentioned)).prop_map(CallEdit::SideEffect),
    ]
}

/// Writes, and checks what is read again against the whole.
fn write_and_reread(document: &mut Document, who: u8, edits: &[CallEdit], state: Option<&CallState>) {
    let (before, was_contested) = (read(CALL, document).unwrap(), !contested(document).unwrap().is_empty());
    edit(document, author(who), edits, state).unwrap();
    let after = read(CALL, document).unwrap();
    assert_eq!(reread(before, document, edits, state).unwrap(), after);
    let noted =
        edits.iter().rev().find_map(|edit| if let CallEdit::Notes(text) = edit { Some(text) } else { None });
    assert!(noted.is_none_or(|text| *text == after.content.notes));
    assert!(was_contested || contested(document).unwrap().is_empty(), "an edit has begun a contest");
}

proptest! {
    #[test]
    fn what_is_read_again_is_what_the_whole_says(
        rounds in prop::collection::vec((prop::collection::vec(edits(), 0..4), prop::collection::vec(edits(), 0..4)), 1..5),
    ) {
        let mut jans = planned();
        for (one, two) in rounds {
            let mut lenas = jans.clone();
            write_and_reread(&mut jans, 1, &one, None);
            write_and_reread(&mut lenas, 2, &two, None);
            jans.apply(&lenas.changes().unwrap()).unwrap();
        }
        let begun = CallState::InProgress { since: author(1).now };
        write_and_reread(&mut jans, 1, &[], Some(&begun));
    }
}
