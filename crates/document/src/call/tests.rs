//! Stories of one call in several hands.

use super::*;
use crate::{Actor, Author, Change, Document, Inadmissible, Kind, admit};
use chrono::{DateTime, TimeDelta};
use domain::calls::{
    Amendment, Call, CallContent, CallEdit, CallField, CallState, Channel, ProductTalk, Reaction,
};
use domain::ids::{AmendmentId, CallId, HcpId, ProductId, UserId};
use domain::people::Audience;
use uuid::Uuid;

const CALL: CallId = CallId(Uuid::from_u128(1));
const MARA: HcpId = HcpId(Uuid::from_u128(2));
const TOMAS: HcpId = HcpId(Uuid::from_u128(3));
const CORVALEN: ProductId = ProductId(Uuid::from_u128(4));

fn jan(minute: i64) -> Author {
    author(1, minute)
}

fn lena(minute: i64) -> Author {
    author(2, minute)
}

fn author(who: u8, minute: i64) -> Author {
    let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
    Author { actor: Actor([who; 16]), user: UserId(Uuid::from_u128(who.into())), now }
}

fn planned() -> (Document, Change) {
    let now = jan(0).now;
    let mut content = CallContent::planned(Channel::InPerson, now, now + TimeDelta::minutes(25));
    content.apply(&CallEdit::AddAttendee(MARA));
    let call = Call {
        id: CALL,
        owner: jan(0).user,
        audience: Audience::Commercial,
        state: CallState::Planned,
        content,
        amendments: Vec::new(),
    };
    create(jan(0), &call).unwrap()
}

fn write(document: &mut Document, by: Author, edits: &[CallEdit]) -> Change {
    edit(document, by, edits, None).unwrap().unwrap()
}

fn submit(document: &mut Document, by: Author) -> Change {
    let state = CallState::Submitted { at: by.now, by: by.user };
    edit(document, by, &[], Some(&state)).unwrap().unwrap()
}

#[test]
fn what_is_written_is_read_after_saving_and_loading() {
    let (mut document, _) = planned();
    let reaction = CallEdit::Reaction { product: CORVALEN, reaction: Some(Reaction::Interested) };
    write(&mut document, jan(1), &[reaction, CallEdit::Notes("renal data".into())]);

    let call = read(CALL, &Document::load(&document.save()).unwrap()).unwrap();

    assert_eq!(call.content.notes, "renal data");
    let talk = ProductTalk { reaction: Some(Reaction::Interested), ..ProductTalk::default() };
    assert_eq!(call.content.products[&CORVALEN], talk);
    assert!(call.content.attendees.contains(&MARA));
}

#[test]
fn two_reps_who_edit_offline_end_with_both_people_s_work() {
    let (mut jans, _) = planned();
    let mut lenas = jans.clone();
    let one =
        write(&mut jans, jan(1), &[CallEdit::Notes("asked for data".into()), CallEdit::AddAttendee(TOMAS)]);
    let two =
        write(&mut lenas, lena(1), &[CallEdit::Notes("bring paper".into()), CallEdit::AddProduct(CORVALEN)]);

    jans.apply(&[two]).unwrap();
    lenas.apply(&[one]).unwrap();

    let merged = read(CALL, &jans).unwrap();
    assert_eq!(merged, read(CALL, &lenas).unwrap());
    assert!(merged.content.notes.contains("asked for data") && merged.content.notes.contains("bring paper"));
    assert!(merged.content.attendees.contains(&TOMAS) && merged.content.products.contains_key(&CORVALEN));
}

#[test]
fn the_value_that_lost_is_shown_with_its_author_until_someone_settles_it() {
    let (mut document, _) = planned();
    let mut other = document.clone();
    write(&mut document, jan(1), &[CallEdit::Channel(Channel::Phone)]);
    let theirs = write(&mut other, lena(2), &[CallEdit::Channel(Channel::Remote)]);
    document.apply(&[theirs]).unwrap();

    let contest = contested(&document).unwrap().remove(0);
    assert_eq!(contest.field, CallField::Channel);
    let mut written = [&contest.kept, &contest.lost[0]].map(|value| (value.by, value.value.clone()));
    written.sort_by_key(|(by, _)| *by);
    let expected = [
        (jan(0).user, CallEdit::Channel(Channel::Phone)),
        (lena(0).user, CallEdit::Channel(Channel::Remote)),
    ];
    assert_eq!(written, expected);

    write(&mut document, jan(3), &[CallEdit::Channel(Channel::Phone)]);
    assert_eq!(contested(&document).unwrap(), []);
}

#[test]
fn whoever_settles_on_the_value_that_shows_anyway_is_admitted() {
    for settled in [Channel::Phone, Channel::Remote] {
        let (mut document, _) = planned();
        let mut lenas = document.clone();
        write(&mut document, jan(1), &[CallEdit::Channel(Channel::Phone)]);
        let hers = write(&mut lenas, lena(1), &[CallEdit::Channel(Channel::Remote)]);
        document.apply(&[hers]).unwrap();
        let mut before = document.clone();

        let notes = CallEdit::Notes("settled".into());
        let change = write(&mut document, jan(2), &[CallEdit::Channel(settled), notes]);

        assert_eq!(contested(&document).unwrap(), []);
        admit(Kind::Call, CALL.into(), &mut before, &change).unwrap();
    }
}

#[test]
fn two_who_wrote_the_same_do_not_contest() {
    let (mut document, _) = planned();
    let mut other = document.clone();
    write(&mut document, jan(1), &[CallEdit::Channel(Channel::Phone)]);
    let theirs = write(&mut other, lena(2), &[CallEdit::Channel(Channel::Phone)]);
    document.apply(&[theirs]).unwrap();
    assert_eq!(contested(&document).unwrap(), []);
}

#[test]
fn an_edit_made_after_the_submission_was_seen_is_not_admitted() {
    let (mut document, _) = planned();
    submit(&mut document, jan(1));
    let mut copy = document.clone();
    let late = write(&mut copy, lena(2), &[CallEdit::Notes("late".into())]);
    assert!(matches!(admit(Kind::Call, CALL.into(), &mut document, &late), Err(Inadmissible::Frozen)));
}

#[test]
fn an_edit_made_before_the_submission_was_seen_is_work_and_is_admitted() {
    let (mut document, _) = planned();
    let mut offline = document.clone();
    submit(&mut document, jan(1));
    let unseen = write(&mut offline, lena(2), &[CallEdit::Notes("from the ward".into())]);

    assert!(admit(Kind::Call, CALL.into(), &mut document, &unseen).is_ok());
    document.apply(&[unseen]).unwrap();
    assert_eq!(read(CALL, &document).unwrap().content.notes, "from the ward");
}

#[test]
fn a_submitted_call_stays_submitted_when_one_who_had_not_seen_it_begins_to_record() {
    for (jan_is, lena_is) in [(1, 2), (2, 1)] {
        let (mut of_jan, _) = planned();
        let mut of_lena = of_jan.clone();
        let submitted = submit(&mut of_jan, author(jan_is, 5));
        let recording = CallState::InProgress { since: lena(90).now };
        let began = edit(&mut of_lena, author(lena_is, 90), &[], Some(&recording)).unwrap().unwrap();
        of_jan.apply(&[began]).unwrap();
        of_lena.apply(&[submitted]).unwrap();
        for document in [&of_jan, &of_lena] {
            assert!(matches!(read(CALL, document).unwrap().state, CallState::Submitted { .. }));
        }
    }
}

#[test]
fn of_two_who_submit_at_once_the_first_counts() {
    let (mut of_jan, _) = planned();
    let mut of_lena = of_jan.clone();
    let early = submit(&mut of_lena, lena(5));
    submit(&mut of_jan, jan(9));
    of_jan.apply(&[early]).unwrap();
    let state = read(CALL, &of_jan).unwrap().state;
    assert_eq!(state, CallState::Submitted { at: lena(5).now, by: lena(5).user });
}

#[test]
fn a_call_that_is_there_is_not_begun_again() {
    let (mut document, _) = planned();
    submit(&mut document, jan(1));
    let content = CallContent::planned(Channel::Phone, lena(2).now, lena(2).now);
    let mut over = read(CALL, &document).unwrap();
    (over.owner, over.state, over.content) = (lena(2).user, CallState::Planned, content);
    let (_, second) = create(lena(2), &over).unwrap();
    assert!(matches!(admit(Kind::Call, CALL.into(), &mut document, &second), Err(Inadmissible::Identity)));
}

#[test]
fn an_amendment_of_a_submitted_call_is_admitted_and_stays() {
    let (mut document, _) = planned();
    submit(&mut document, jan(1));
    let before = document.clone();
    let amendment = Amendment {
        id: AmendmentId(Uuid::from_u128(9)),
        at: jan(2).now,
        by: jan(2).user,
        reason: "it was by phone".into(),
        edits: vec![CallEdit::Channel(Channel::Phone)],
    };
    let change = amend(&mut document, jan(2), &amendment).unwrap().unwrap();

    assert!(admit(Kind::Call, CALL.into(), &mut before.clone(), &change).is_ok());
    assert_eq!(read(CALL, &document).unwrap().current().channel, Channel::Phone);
}

fn phoned(minute: i64) -> Amendment {
    let (id, by) = (AmendmentId(Uuid::from_u128(9)), jan(minute));
    let edits = vec![CallEdit::Channel(Channel::Phone)];
    Amendment { id, at: by.now, by: by.user, reason: "it was by phone".into(), edits }
}

#[test]
fn an_amendment_by_one_who_saw_both_values_settles_them_in_a_frozen_call() {
    let (mut document, _) = planned();
    let mut other = document.clone();
    write(&mut document, jan(1), &[CallEdit::Channel(Channel::Phone)]);
    let theirs = write(&mut other, lena(2), &[CallEdit::Channel(Channel::Remote)]);
    document.apply(&[theirs]).unwrap();
    submit(&mut document, jan(3));
    assert_eq!(contested(&document).unwrap().len(), 1);

    amend(&mut document, jan(4), &phoned(4)).unwrap();
    assert_eq!(contested(&document).unwrap(), []);
}

#[test]
fn an_amendment_by_one_who_did_not_see_the_other_value_settles_nothing() {
    let (mut document, _) = planned();
    let mut other = document.clone();
    write(&mut document, jan(1), &[CallEdit::Channel(Channel::Phone)]);
    submit(&mut document, jan(3));
    amend(&mut document, jan(4), &phoned(4)).unwrap();

    let theirs = write(&mut other, lena(2), &[CallEdit::Channel(Channel::Remote)]);
    document.apply(&[theirs]).unwrap();
    assert_eq!(contested(&document).unwrap()[0].field, CallField::Channel);
}

#[test]
fn changes_travel_as_bytes_and_arrive_in_any_complete_order() {
    let (mut document, first) = planned();
    let second = write(&mut document, jan(1), &[CallEdit::Place(Some("ward 4".into()))]);
    let parsed = Change::parse(&second.bytes).unwrap();
    assert_eq!(parsed, second);
    assert_eq!((parsed.seq, parsed.by, parsed.at), (2, Some(jan(1).user), jan(1).now));

    let mut fresh = Document::empty();
    assert!(fresh.apply(std::slice::from_ref(&parsed)).is_err());
    fresh.apply(&[first, parsed]).unwrap();
    assert_eq!(fresh.heads(), document.heads());
}
