//! Who hears what.

use super::*;
use crate::store::Account;
use chrono::TimeDelta;
use domain::ids::{DeviceId, TerritoryId, UserId};
use domain::people::{Audience, Country, Role, Territory};
use futures_util::FutureExt;

const NORTH: TerritoryId = TerritoryId(Uuid::from_u128(1));
const SOUTH: TerritoryId = TerritoryId(Uuid::from_u128(2));

fn scope(territory: TerritoryId) -> ScopeId {
    ScopeId::Territory(territory, Audience::Commercial)
}

fn account(territory: TerritoryId) -> Account {
    let (login, name, country) = (String::new(), String::new(), Country::DE);
    let territory = Some(Territory { id: territory, name: "North".into(), country });
    Account { user: UserId(Uuid::from_u128(9)), login, name, role: Role::Rep, country, territory }
}

fn caller(session: u128) -> Caller {
    let (session, device) = (Uuid::from_u128(session), DeviceId(Uuid::from_u128(session)));
    let until = Instant::UNIX_EPOCH + TimeDelta::minutes(10);
    Caller { session, device, until, account: account(NORTH), told: Default::default() }
}

fn open(streams: &Arc<Streams>, session: u128) -> Listening {
    let caller = caller(session);
    let followed = Entitlement::of(&caller.account).followed().to_vec();
    streams.open(&caller, followed, &heads(NORTH, 5)).unwrap()
}

fn heads(territory: TerritoryId, head: u64) -> BTreeMap<ScopeId, u64> {
    BTreeMap::from([(scope(territory), head)])
}

/// What a stream says now: nothing, that there is news, or its end.
fn says(listening: &Listening) -> Option<Option<()>> {
    listening.news().now_or_never()
}

#[test]
fn however_much_happens_while_nobody_reads_it_is_one_poke() {
    let streams = Arc::new(Streams::at_most(2));
    let (jan, lena) = (open(&streams, 1), open(&streams, 2));
    for head in 6..1_000 {
        streams.looked(&heads(NORTH, head));
    }
    for stream in [&jan, &lena] {
        assert_eq!(says(stream), Some(Some(())));
        assert_eq!(says(stream), None);
    }
}

#[test]
fn what_was_there_before_and_what_others_follow_is_no_news() {
    let streams = Arc::new(Streams::at_most(1));
    let jan = open(&streams, 1);
    streams.looked(&heads(NORTH, 5));
    streams.looked(&heads(SOUTH, 9));
    assert_eq!(says(&jan), None);
    assert_eq!(streams.followed_among(&BTreeSet::from([scope(NORTH), scope(SOUTH)])), [scope(NORTH)]);
}

#[test]
fn who_has_written_or_read_it_is_not_told() {
    let streams = Arc::new(Streams::at_most(2));
    let (jan, lena) = (open(&streams, 1), open(&streams, 2));
    streams.has_read(Uuid::from_u128(1), &heads(NORTH, 6));
    streams.looked(&heads(NORTH, 6));
    assert_eq!([says(&jan), says(&lena)], [None, Some(Some(()))]);
    streams.looked(&heads(NORTH, 7));
    assert_eq!([says(&jan), says(&lena)], [Some(Some(())), Some(Some(()))]);
}

#[test]
fn a_stream_ends_with_its_token_with_its_session_and_with_the_server() {
    let streams = Arc::new(Streams::at_most(9));
    let [jan, lena, otto] = [1, 2, 3].map(|session| open(&streams, session));
    streams.end_due(caller(1).until - TimeDelta::milliseconds(1));
    assert_eq!(says(&jan), None);
    streams.end(Uuid::from_u128(1));
    streams.asked(
        &[2, 3].map(Uuid::from_u128),
        &[Live { session: Uuid::from_u128(3), account: account(NORTH) }],
    );
    assert_eq!([says(&jan), says(&lena), says(&otto)], [Some(None), Some(None), None]);
    streams.end_due(caller(3).until);
    assert_eq!(says(&otto), Some(None));
    let miriam = open(&streams, 4);
    streams.close();
    assert_eq!(says(&miriam), Some(None));
    assert!(streams.open(&caller(5), Vec::new(), &BTreeMap::new()).is_err());
}

#[test]
fn who_works_elsewhere_now_hears_of_that_and_of_nothing_that_they_left() {
    let streams = Arc::new(Streams::at_most(1));
    let jan = open(&streams, 1);
    let moved = Live { session: Uuid::from_u128(1), account: account(SOUTH) };
    streams.asked(&[moved.session], std::slice::from_ref(&moved));
    assert_eq!(says(&jan), Some(Some(())), "what one follows is news");
    streams.looked(&heads(NORTH, 6));
    assert_eq!(says(&jan), None);
    streams.looked(&heads(SOUTH, 6));
    assert_eq!(says(&jan), Some(Some(())));
    streams.asked(&[moved.session], std::slice::from_ref(&moved));
    assert_eq!(says(&jan), None);
}

#[test]
fn a_session_has_one_stream_and_a_server_no_more_than_it_may() {
    let streams = Arc::new(Streams::at_most(1));
    let first = open(&streams, 1);
    let second = open(&streams, 1);
    assert_eq!(says(&first), Some(None));
    drop(first);
    assert_eq!(streams.open(&caller(2), Vec::new(), &BTreeMap::new()).err(), Some(Full));
    assert_eq!(says(&second), None);
    drop(second);
    assert!(streams.scopes().is_empty(), "nothing is kept of those who left");
    open(&streams, 2);
}
