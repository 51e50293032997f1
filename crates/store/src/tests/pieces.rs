//! Pieces of first copies: what they bring is there as if it had come one by one.

use super::*;
use document::ChangeHash;

const SCOPE: &str = "t:1:commercial";

/// A call as a piece brings it, and its change.
fn copied(n: u128, hcps: &[u128], minute: i64) -> (SavedDocument, (DocId, ChangeHash, Weight)) {
    let batch = planned(n, hcps, minute);
    let change = batch.own[0].change.hash;
    let document = batch.documents.into_iter().next().unwrap();
    let changed = (document.doc, change, n.to_be_bytes());
    (document, changed)
}

fn piece(rows: Vec<Row>, calls: Vec<(SavedDocument, (DocId, ChangeHash, Weight))>) -> Batch {
    let arrived = |row| ArrivedRow { scope: SCOPE.into(), ..super::row(1, row) };
    let (fresh, changes) = calls.into_iter().unzip();
    let rows = rows.into_iter().map(arrived).collect();
    Batch { piece: Some(Piece { scope: SCOPE.into(), rows, fresh, changes }), ..Batch::default() }
}

fn people() -> Vec<Row> {
    let clinic = OrgId(Uuid::from_u128(7));
    let organisation = Organisation {
        id: clinic,
        name: "Klinikum Elbtal".into(),
        city: "Hamburg".into(),
        country: Country::DE,
        parent: None,
        identifiers: Vec::new(),
    };
    let hcps = [(3, "Weiss"), (1, "Abel"), (2, "Lindqvist")];
    let hcps = hcps.map(|(n, family)| Row::Hcp(hcp(n, family, "Hamburg", Some(clinic))));
    hcps.into_iter().chain([Row::Organisation(organisation)]).collect()
}

#[test]
fn all_that_a_piece_brings_is_found_listed_and_summed() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&piece(people(), vec![copied(9, &[1, 2], 60), copied(8, &[1], 30)])).unwrap();

    assert_eq!(
        families(&store, "elbtal"),
        ["Abel", "Lindqvist", "Weiss"],
        "found by a name that came after them"
    );
    let call = store.read(|r| r.call(CallId(Uuid::from_u128(9)))).unwrap().unwrap();
    assert_eq!(call.call.content.attendees.len(), 2);
    let lines = store.read(|r| r.timeline(HcpId(Uuid::from_u128(1)), None, 9)).unwrap();
    assert_eq!(lines.iter().map(|line| line.id.as_u128()).collect::<Vec<_>>(), [9, 8]);
    let rows: u128 =
        people().into_iter().map(|row| super::row(1, row)).map(|row| u128::from_be_bytes(row.weight)).sum();
    let sum = store.read(|r| r.scope_sum(SCOPE)).unwrap();
    assert_eq!(u128::from_be_bytes(sum), rows + 9 + 8);
    let held =
        store.read(|r| r.held_among([8, 9, 10].map(|n| DocId(Uuid::from_u128(n))).into_iter())).unwrap();
    assert_eq!(held.len(), 2);
}

#[test]
fn a_piece_that_comes_twice_is_there_once() {
    let bench = Bench::new();
    let store = bench.open();
    let once = || piece(people(), vec![copied(9, &[1, 2], 60)]);
    store.commit(&once()).unwrap();
    let sum = store.read(|r| r.scope_sum(SCOPE)).unwrap();
    store.commit(&once()).unwrap();
    assert_eq!(store.read(|r| r.scope_sum(SCOPE)).unwrap(), sum);
    assert_eq!(store.read(|r| r.hcps_held()).unwrap(), 3);
    assert_eq!(store.read(|r| r.timeline(HcpId(Uuid::from_u128(1)), None, 9)).unwrap().len(), 1);
}

#[test]
fn what_a_piece_brings_again_does_not_leave_with_the_rest() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&piece(people(), vec![copied(8, &[1], 30), copied(9, &[1], 60)])).unwrap();
    let renewed = Batch { scopes: vec![ScopeStep::Renewed(SCOPE.into())], ..Batch::default() };
    store.commit(&renewed).unwrap();
    let (_, change) = copied(9, &[1], 60);
    let mut again = piece(people(), Vec::new());
    again.piece.as_mut().unwrap().changes.push(change);
    store.commit(&again).unwrap();
    let ended = Batch { scopes: vec![ScopeStep::Ended(SCOPE.into())], ..Batch::default() };
    store.commit(&ended).unwrap();

    let has = |n| store.read(|r| r.document(DocId(Uuid::from_u128(n)))).unwrap().is_some();
    assert_eq!((has(8), has(9)), (false, true));
    assert_eq!(store.read(|r| r.hcps_held()).unwrap(), 3);
}
