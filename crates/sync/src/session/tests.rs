//! A device's conversation, event by event.

use super::*;
use document::Actor;
use domain::ids::DeviceId;
use proptest::prelude::*;
use uuid::Uuid;

const START: Instant = Instant::UNIX_EPOCH;

fn request() -> Request {
    let device = DeviceId(Uuid::nil());
    Request {
        device,
        actor: Actor([0; 16]),
        cursor: None,
        items: Vec::new(),
        room: ROOM,
        left: Vec::new(),
        copying: Vec::new(),
    }
}

fn answer(more: bool) -> Event {
    let (cursor, at) = (Vec::new(), START);
    let lists = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (acks, news, sums, findings, orders) = lists;
    let segments = Vec::new();
    Event::Answered(Box::new(Response { acks, news, cursor, sums, findings, orders, more, at, segments }))
}

/// An answer that says that a scope is to be copied in pieces.
fn offer() -> Event {
    let Event::Answered(mut response) = answer(false) else { unreachable!() };
    let scope = crate::ScopeId::User(domain::ids::UserId(Uuid::nil()));
    let (dictionaries, pieces) = (Vec::new(), Vec::new());
    response.segments.push(crate::wire::segment::Manifest { scope, seq: 1, dictionaries, pieces });
    Event::Answered(response)
}

/// Until the first piece is asked for.
fn offered(session: &mut Session) -> Effect {
    session.handle(Event::Loaded(request()), START, 0.5);
    session.handle(offer(), START, 0.5);
    session.handle(Event::Applied { waiting: false }, START, 0.5)
}

fn exchange(session: &mut Session, more: bool, waiting: bool) -> Effect {
    assert!(matches!(session.handle(Event::Loaded(request()), START, 0.5), Effect::Send(_)));
    assert!(matches!(session.handle(answer(more), START, 0.5), Effect::Apply(_)));
    session.handle(Event::Applied { waiting }, START, 0.5)
}

#[test]
fn goes_on_while_there_is_more_and_then_sleeps() {
    let mut session = Session::default();
    assert!(matches!(session.handle(Event::Wanted, START, 0.5), Effect::Load { .. }));
    assert!(matches!(exchange(&mut session, true, false), Effect::Load { .. }));
    assert!(matches!(exchange(&mut session, false, true), Effect::Load { .. }));
    assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
    assert!(matches!(session.handle(Event::Tick, START + IDLE, 0.5), Effect::Load { .. }));
}

#[test]
fn a_wish_during_an_exchange_is_kept() {
    let mut session = Session::default();
    session.handle(Event::Wanted, START, 0.5);
    session.handle(Event::Wanted, START, 0.5);
    assert!(matches!(exchange(&mut session, false, false), Effect::Load { .. }));
}

#[test]
fn failures_wait_longer_and_a_success_forgets_them() {
    let mut session = Session::default();
    let mut waits = Vec::new();
    for _ in 0..12 {
        session.handle(Event::Wanted, START, 1.0);
        match session.handle(Event::Failed { retry_after: None }, START, 1.0) {
            Effect::Sleep(until) => waits.push((until - START).num_seconds()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
    session.handle(Event::Wanted, START, 1.0);
    exchange(&mut session, false, false);
    assert_eq!(session.failures, 0);
}

#[test]
fn pieces_are_fetched_one_after_another_and_then_the_rest_is_asked_for() {
    let mut session = Session::default();
    session.handle(Event::Wanted, START, 0.5);
    assert_eq!(offered(&mut session), Effect::Fetch);
    let next = session.handle(Event::Fetched { more: true, waiting: false }, START, 0.5);
    assert_eq!(next, Effect::Fetch);
    let last = session.handle(Event::Fetched { more: false, waiting: false }, START, 0.5);
    assert!(matches!(last, Effect::Load { .. }));
    assert!(matches!(exchange(&mut session, false, false), Effect::Sleep(_)));
}

#[test]
fn what_was_saved_meanwhile_goes_up_between_two_pieces() {
    let mut session = Session::default();
    session.handle(Event::Wanted, START, 0.5);
    offered(&mut session);
    let next = session.handle(Event::Fetched { more: true, waiting: true }, START, 0.5);
    assert!(matches!(next, Effect::Load { .. }));
    assert_eq!(offered(&mut session), Effect::Fetch);
}

#[test]
fn a_piece_that_does_not_come_is_waited_for_ever_longer() {
    let mut session = Session::default();
    let mut waits = Vec::new();
    for _ in 0..3 {
        session.handle(Event::Wanted, START, 1.0);
        offered(&mut session);
        match session.handle(Event::Failed { retry_after: None }, START, 1.0) {
            Effect::Sleep(until) => waits.push((until - START).num_seconds()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [2, 4, 8]);
}

/// A session that has exchanged everything and sleeps.
fn idle() -> Session {
    let mut session = Session::default();
    session.handle(Event::Wanted, START, 0.5);
    exchange(&mut session, false, false);
    session
}

#[test]
fn who_hears_of_news_waits_a_little_and_no_longer_for_hearing_it_again() {
    let mut session = idle();
    session.handle(Event::Listening(true), START, 0.5);
    let soon = START + A_LITTLE / 2;
    assert_eq!(session.handle(Event::Poked, START, 0.5), Effect::Sleep(soon));
    assert_eq!(session.handle(Event::Poked, START + A_LITTLE / 4, 0.9), Effect::Sleep(soon));
    assert!(matches!(session.handle(Event::Tick, soon, 0.5), Effect::Load { .. }));
    assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE_LISTENING));
}

#[test]
fn news_during_an_exchange_leads_to_another_one_a_little_later() {
    let mut session = idle();
    session.handle(Event::Wanted, START, 0.5);
    session.handle(Event::Poked, START, 0.5);
    assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
    session.handle(Event::Wanted, START, 0.5);
    session.handle(Event::Loaded(request()), START, 0.5);
    session.handle(Event::Poked, START, 0.5);
    session.handle(answer(false), START, 0.5);
    let after = session.handle(Event::Applied { waiting: false }, START, 0.5);
    assert_eq!(after, Effect::Sleep(START + A_LITTLE / 2));
}

#[test]
fn what_happened_while_nobody_listened_is_asked_for_and_who_is_cut_off_asks_every_minute() {
    let mut session = idle();
    assert_eq!(session.handle(Event::Listening(true), START, 1.0), Effect::Sleep(START + A_LITTLE));
    session.handle(Event::Wanted, START, 0.5);
    exchange(&mut session, false, false);
    assert_eq!(session.handle(Event::Listening(false), START, 0.0), Effect::Sleep(START + IDLE / 2));
    session.handle(Event::Wanted, START, 0.5);
    assert_eq!(exchange(&mut session, false, false), Effect::Sleep(START + IDLE));
}

#[test]
fn news_hurries_nobody_whom_the_server_asked_to_wait() {
    let mut session = idle();
    session.handle(Event::Wanted, START, 0.5);
    let told = Event::Failed { retry_after: Some(TimeDelta::seconds(90)) };
    let until = Effect::Sleep(START + TimeDelta::seconds(90));
    assert_eq!(session.handle(told, START, 0.5), until);
    for event in [Event::Poked, Event::Listening(true), Event::Poked, Event::Listening(false)] {
        assert_eq!(session.handle(event, START, 0.0), until);
    }
}

#[test]
fn nobody_who_rests_is_woken_by_news() {
    let mut session = idle();
    session.handle(Event::Halted, START, 0.5);
    assert_eq!(session.handle(Event::Poked, START, 0.5), Effect::Rest);
    assert_eq!(session.handle(Event::Listening(true), START, 0.5), Effect::Rest);
}

proptest! {
    #[test]
    fn whatever_happens_in_whatever_order_a_wish_leads_to_an_exchange(steps in prop::collection::vec(0_u8..12, 0..40)) {
        let mut session = Session::default();
        for step in steps {
            let event = match step {
                0 => Event::Wanted,
                1 => Event::Tick,
                2 => Event::Loaded(request()),
                3 => answer(step % 2 == 0),
                4 => Event::Applied { waiting: false },
                5 => Event::Failed { retry_after: None },
                6 => Event::Poked,
                7 => Event::Listening(true),
                8 => Event::Listening(false),
                9 => offer(),
                10 => Event::Fetched { more: true, waiting: false },
                _ => Event::Halted,
            };
            session.handle(event, START, 0.3);
        }
        session.handle(Event::Halted, START, 0.3);
        prop_assert!(matches!(session.handle(Event::Wanted, START, 0.3), Effect::Load { .. }), "no exchange begins");
    }
}
