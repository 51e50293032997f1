//! Operations that fit no document: the library takes them, and the document can be loaded no more. Each was found by the
//! fuzzer or stands for what it found.

use chrono::DateTime;
use document::{Author, BrokenChange, CannotApply, Change, Document, Inadmissible, Kind, admit, follow_up};
use domain::ids::{DocId, FollowUpId, UserId};
use domain::planning::{FollowUp, FollowUpState};
use testkit::forged::Forged;
use testkit::strange::operations::{Key, Operation, columns, named as hands};
use uuid::Uuid;

const USER: UserId = UserId(Uuid::from_u128(1));
const DOC: Uuid = Uuid::from_u128(8);

/// A promise, and how many operations it has.
fn promised() -> (Document, Change) {
    let follow_up = FollowUp {
        id: FollowUpId(DOC),
        owner: USER,
        hcp: None,
        call: None,
        text: "send the leaflet".into(),
        due: DateTime::UNIX_EPOCH.date_naive(),
        state: FollowUpState::Open,
    };
    let author = Author { actor: document::Actor([1; 16]), user: USER, now: DateTime::UNIX_EPOCH };
    follow_up::create(author, &follow_up).unwrap()
}

/// What becomes of a change with these operations, by a second hand that has seen the promise.
fn admitted(operations: &[Operation]) -> Result<(), Inadmissible> {
    let mut operations = operations.to_vec();
    let (mut document, promise) = promised();
    let forged = Forged {
        deps: vec![promise.hash.0],
        start_op: promise.last_op() + 1,
        others: hands(&mut operations, &[[1; 16]]),
        columns: columns(&operations),
        ..Forged::honest([7; 16], &USER.to_string())
    };
    let change = Change::from_stranger(&forged.plain()).unwrap();
    admit(Kind::FollowUp, DocId(DOC), &mut document, &change)
}

fn put(key: Key, replaced: Vec<(u64, u64)>) -> Operation {
    Operation { key, action: 1, value: (6, b"\"words\"".to_vec()), replaced, ..Operation::default() }
}

fn named(name: &str) -> Key {
    Key::Named(name.into())
}

fn is_unfit(operations: &[Operation]) -> bool {
    matches!(admitted(operations), Err(Inadmissible::Cannot(CannotApply::Broken(BrokenChange::Unfit))))
}

/// The promise's fifth value is its text.
const TEXT: (u64, u64) = (5, 1);

#[test]
fn a_word_in_the_place_of_all_that_its_author_saw_is_taken() {
    assert!(admitted(&[put(named("text"), vec![TEXT])]).is_ok());
    assert!(admitted(&[put(named("new"), Vec::new())]).is_ok());
}

#[test]
fn an_object_that_is_not_there_takes_nothing() {
    let nowhere = Operation { object: Some((3, 1)), ..put(named("a"), Vec::new()) };
    assert!(is_unfit(&[nowhere]), "the third operation makes no object");
    let beyond = Operation { object: Some((99, 1)), ..put(named("a"), Vec::new()) };
    assert!(is_unfit(&[beyond]));
}

#[test]
fn a_map_is_no_list() {
    assert!(is_unfit(&[put(Key::Head, Vec::new())]));
    assert!(is_unfit(&[put(Key::Element(TEXT), Vec::new())]));
    assert!(is_unfit(&[Operation { insert: true, ..put(named("text"), vec![TEXT]) }]));
}

#[test]
fn what_is_replaced_is_what_its_author_saw_there() {
    assert!(is_unfit(&[put(named("text"), Vec::new())]), "a value beside the one that was seen");
    assert!(is_unfit(&[put(named("text"), vec![(4, 1)])]), "another key's");
    assert!(is_unfit(&[put(named("text"), vec![(99, 1)])]), "what is not there");
    let gone = Operation { action: 3, value: (0, Vec::new()), ..put(named("new"), Vec::new()) };
    assert!(is_unfit(&[gone]), "there is nothing to delete");
}

#[test]
fn values_and_acts_that_no_device_writes_are_refused() {
    for (action, value) in [(1, (3, vec![1])), (5, (4, vec![1])), (2, (0, Vec::new())), (7, (0, Vec::new()))]
    {
        let strange = Operation { action, value, ..put(named("new"), Vec::new()) };
        let refused = is_unfit(std::slice::from_ref(&strange));
        assert!(refused, "{strange:?}");
    }
}
