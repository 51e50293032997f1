//! Stories of what leaves a device.

use super::*;

fn arrival(scope: &str, batch: &Batch) -> Arrival {
    let (doc, hash) = (batch.documents[0].doc, batch.own[0].change.hash);
    Arrival::Change(Arrived { scope: scope.into(), doc, hash, weight: [1; 16] })
}

/// A call that came with the feed of a scope.
fn came(scope: &str, n: u128) -> Batch {
    let batch = planned(n, &[2], 600);
    Batch { feed: vec![arrival(scope, &batch)], own: Vec::new(), ..batch }
}

fn step(step: ScopeStep) -> Batch {
    Batch { scopes: vec![step], ..Batch::default() }
}

fn has(store: &Store, n: u128) -> bool {
    store.read(|r| r.document(DocId(Uuid::from_u128(n)))).unwrap().is_some()
}

#[test]
fn what_only_a_left_scope_held_leaves_with_all_that_it_said() {
    let bench = Bench::new();
    let store = bench.open();
    let both = planned(8, &[2], 600);
    let in_both = vec![arrival("t:1:all", &both), arrival("t:2:all", &both)];
    store.commit(&came("t:1:all", 7)).unwrap();
    store.commit(&Batch { feed: in_both, own: Vec::new(), ..both }).unwrap();
    store
        .commit(&rows(vec![ArrivedRow {
            scope: "t:1:all".into(),
            ..row(1, Row::Hcp(hcp(2, "Abel", "Kiel", None)))
        }]))
        .unwrap();

    store.commit(&step(ScopeStep::Left("t:1:all".into()))).unwrap();

    assert!(!has(&store, 7) && has(&store, 8));
    assert_eq!(store.read(|r| r.call(CallId(Uuid::from_u128(7)))).unwrap(), None);
    assert_eq!(families(&store, "abel"), Vec::<String>::new());
    assert_eq!(store.read(|r| r.scope_sum("t:1:all")).unwrap(), [0; 16]);
    assert_eq!(store.read(|r| r.timeline(HcpId(Uuid::from_u128(2)), None, 9)).unwrap().len(), 1);
}

#[test]
fn the_name_of_an_hcp_who_left_does_not_stand_in_the_index_any_more() {
    let bench = Bench::new();
    let store = bench.open();
    let people = [(1, "Abel", "Kiel"), (2, "Quicksilver", "Bremen")];
    let came = people.map(|(n, family, city)| row(1, Row::Hcp(hcp(n, family, city, None))));
    store.commit(&rows(came.to_vec())).unwrap();
    assert!(store.index_keeps_for_test("quicksil"));

    let gone = GoneRow { scope: "c:DE".into(), table: Table::Hcp, key: Uuid::from_u128(2) };
    store.commit(&Batch { feed: vec![Arrival::RowGone(gone)], ..Batch::default() }).unwrap();

    assert!(!store.index_keeps_for_test("quicksil"));
    assert_eq!(families(&store, "abel"), ["Abel"]);
}

#[test]
fn a_document_that_must_leave_stays_until_its_changes_were_sent() {
    let bench = Bench::new();
    let store = bench.open();
    let call = planned(7, &[2], 600);
    store.commit(&Batch { feed: vec![arrival("t:1:all", &call)], ..call.clone() }).unwrap();
    let gone = GoneDoc { scope: "t:1:all".into(), doc: call.own[0].doc };
    store.commit(&Batch { feed: vec![Arrival::DocGone(gone)], ..Batch::default() }).unwrap();
    assert!(has(&store, 7) && store.read(|r| r.is_leaving(call.own[0].doc)).unwrap());
    assert_eq!(store.read(|r| r.waiting(10, 10_000)).unwrap().len(), 1);

    let (doc, hash) = (call.own[0].doc, call.own[0].change.hash);
    let taken = Decision { doc, hash, verdict: Verdict::Taken, at: at(700) };
    store.commit(&Batch { decisions: vec![taken], ..Batch::default() }).unwrap();
    assert!(!has(&store, 7) && store.read(|r| r.has_left_all()).unwrap());
}

#[test]
fn what_does_not_come_again_with_a_scope_that_begins_anew_leaves_at_its_end() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&came("t:1:all", 7)).unwrap();
    store.commit(&came("t:1:all", 8)).unwrap();
    store.commit(&step(ScopeStep::Renewed("t:1:all".into()))).unwrap();
    assert!(has(&store, 7) && has(&store, 8));

    store.commit(&came("t:1:all", 8)).unwrap();
    store.commit(&step(ScopeStep::Ended("t:1:all".into()))).unwrap();
    assert!(!has(&store, 7) && has(&store, 8));
}

#[test]
fn a_row_that_leaves_and_comes_back_in_one_page_stays() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&rows(vec![row(1, Row::Hcp(hcp(1, "Abel", "Kiel", None)))])).unwrap();
    let gone = GoneRow { scope: "c:DE".into(), table: Table::Hcp, key: Uuid::from_u128(1) };
    let back = row(2, Row::Hcp(hcp(1, "Abel", "Bremen", None)));
    let feed = vec![Arrival::RowGone(gone), Arrival::Row(back)];
    store.commit(&Batch { feed, ..Batch::default() }).unwrap();
    assert_eq!(families(&store, "bremen"), ["Abel"]);
}

#[test]
fn what_a_restored_server_may_have_lost_waits_again_in_its_order() {
    let bench = Bench::new();
    let store = bench.open();
    let call = planned(7, &[2], 600);
    store.commit(&Batch { feed: vec![arrival("t:1:all", &call)], ..call.clone() }).unwrap();
    let (doc, hash) = (call.own[0].doc, call.own[0].change.hash);
    let taken = Decision { doc, hash, verdict: Verdict::Taken, at: at(700) };
    store.commit(&Batch { decisions: vec![taken], ..Batch::default() }).unwrap();
    assert_eq!(store.read(|r| r.waiting_count()).unwrap(), 0);

    store.commit(&step(ScopeStep::Lost("t:2:all".into()))).unwrap();
    assert_eq!(store.read(|r| r.waiting_count()).unwrap(), 0);
    store.commit(&step(ScopeStep::Lost("t:1:all".into()))).unwrap();
    assert_eq!(store.read(|r| r.waiting(10, 10_000)).unwrap()[0].bytes, call.own[0].change.bytes);
}

#[test]
fn what_the_server_has_had_for_long_is_forgotten() {
    let bench = Bench::new();
    let store = bench.open();
    let call = planned(7, &[2], 600);
    store.commit(&call).unwrap();
    let (doc, hash) = (call.own[0].doc, call.own[0].change.hash);
    let taken = Decision { doc, hash, verdict: Verdict::Taken, at: at(700) };
    store.commit(&Batch { decisions: vec![taken], ..Batch::default() }).unwrap();
    let forget = |before| Batch { forget_before: Some(before), ..Batch::default() };
    store.commit(&forget(at(700))).unwrap();
    assert_eq!(store.read(|r| r.own_hashes(doc)).unwrap().len(), 1);
    store.commit(&forget(at(701))).unwrap();
    assert!(store.read(|r| r.own_hashes(doc)).unwrap().is_empty());
}
