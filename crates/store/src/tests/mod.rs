//! Stories of a device's file: what goes in comes out, and what is wrong with the file is said.

use crate::*;
use chrono::{DateTime, TimeDelta};
use document::{Actor, Author, Content, Document, Kind};
use domain::Instant;
use domain::calls::{Call, CallContent, CallState, Channel};
use domain::ids::{ActivityId, CallId, DocId, HcpId, OrgId, UserId};
use domain::insight::{Activity, ActivityKind};
use domain::people::{Audience, Country, Hcp, Organisation};
use domain::reference::{Row, Table};
use std::path::PathBuf;
use uuid::Uuid;

mod leaving;
mod pieces;

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("rounds.db")
    }

    fn open(&self) -> Store {
        Store::open(&self.path(), &key(1)).unwrap()
    }
}

fn key(n: u8) -> Key {
    Key::new([n; 32])
}

fn at(minute: i64) -> Instant {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn hcp(n: u128, family: &str, city: &str, workplace: Option<OrgId>) -> Hcp {
    Hcp { city: city.into(), workplace, ..testkit::hcp(n, family) }
}

fn row(version: u64, row: Row) -> ArrivedRow {
    let weight = u128::from(version).wrapping_add(row.key().1.as_u128()).to_be_bytes();
    ArrivedRow { scope: "c:DE".into(), version, row, weight }
}

fn rows(rows: Vec<ArrivedRow>) -> Batch {
    Batch { feed: rows.into_iter().map(Arrival::Row).collect(), ..Batch::default() }
}

/// A planned call as the device would save it: the document, its projection and the change that waits.
fn planned(n: u128, hcps: &[u128], minute: i64) -> Batch {
    let author = Author { actor: Actor([1; 16]), user: UserId(Uuid::from_u128(1)), now: at(minute) };
    let mut content = CallContent::planned(Channel::InPerson, at(minute), at(minute + 25));
    content.attendees = hcps.iter().map(|hcp| HcpId(Uuid::from_u128(*hcp))).collect();
    let call = Call {
        id: CallId(Uuid::from_u128(n)),
        owner: author.user,
        audience: Audience::Commercial,
        state: CallState::Planned,
        content,
        amendments: Vec::new(),
    };
    let (mut document, change) = document::call::create(author, &call).unwrap();
    let (doc, kind) = (DocId::from(call.id), Kind::Call);
    let content = Content::Call(Box::new(call));
    let saved = SavedDocument { doc, kind, saved: document.save(), content, contested: false };
    Batch { documents: vec![saved], own: vec![OwnChange { doc, kind, change }], ..Batch::default() }
}

fn families(store: &Store, typed: &str) -> Vec<String> {
    let page = store.read(|r| r.search_hcps(typed, None, 20)).unwrap();
    page.hcps.into_iter().map(|hcp| hcp.name.family).collect()
}

#[test]
fn a_batch_survives_closing_and_opening() {
    let bench = Bench::new();
    bench.open().commit(&planned(7, &[2], 600)).unwrap();

    let store = bench.open();
    let (kind, saved) = store.read(|r| r.document(DocId(Uuid::from_u128(7)))).unwrap().unwrap();
    assert_eq!(kind, Kind::Call);
    assert!(Document::load(&saved).is_ok());
    assert_eq!(store.read(|r| r.waiting(10, 10_000)).unwrap().len(), 1);
}

#[test]
fn no_name_stands_in_the_file_in_clear() {
    let bench = Bench::new();
    bench.open().commit(&rows(vec![row(1, Row::Hcp(hcp(2, "Quicksilver", "Hamburg", None)))])).unwrap();
    for file in std::fs::read_dir(bench.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|w| w.eq_ignore_ascii_case(b"Quicksilver")));
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
}

#[test]
fn another_key_does_not_open_the_file_and_does_not_harm_it() {
    let bench = Bench::new();
    drop(bench.open());
    assert!(matches!(Store::open(&bench.path(), &key(2)), Err(OpenError::WrongKey)));
    drop(bench.open());
}

#[test]
fn a_second_program_is_told_that_the_file_is_busy() {
    let bench = Bench::new();
    let _open = bench.open();
    assert!(matches!(Store::open(&bench.path(), &key(1)), Err(OpenError::Busy)));
}

#[test]
fn a_file_of_a_newer_app_is_left_alone() {
    let bench = Bench::new();
    let store = bench.open();
    store.execute_for_test("UPDATE refinery_schema_history SET version = 99");
    drop(store);
    assert!(matches!(Store::open(&bench.path(), &key(1)), Err(OpenError::TooNew { found: 99, .. })));
}

#[test]
fn a_flipped_bit_is_noticed_when_its_page_is_read() {
    let bench = Bench::new();
    let store = bench.open();
    let many = (0..400).map(|n| row(1, Row::Hcp(hcp(n, &format!("Name{n}"), "Hamburg", None)))).collect();
    store.commit(&rows(many)).unwrap();
    store.execute_for_test("PRAGMA wal_checkpoint(TRUNCATE)");
    drop(store);
    let mut bytes = std::fs::read(bench.path()).unwrap();
    for place in (0..bytes.len()).skip(4096 * 3).step_by(4096) {
        bytes[place + 100] ^= 1;
    }
    std::fs::write(bench.path(), bytes).unwrap();

    let damage = match Store::open(&bench.path(), &key(1)) {
        Ok(store) => matches!(store.read(|r| r.search_hcps("", None, 100)), Err(ReadError::Damaged(_))),
        Err(error) => matches!(error, OpenError::Damaged | OpenError::WrongKey),
    };
    assert!(damage);
}

#[test]
fn a_full_disk_refuses_the_whole_batch_and_keeps_what_was() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&planned(7, &[2], 600)).unwrap();
    store.limit_pages_for_test();
    let mut batch = planned(8, &[2], 700);
    batch.settings = vec![("ballast", Some(vec![7; 1_000_000]))];
    assert!(matches!(store.commit(&batch), Err(CommitError::DiskFull)));
    assert_eq!(store.read(|r| r.waiting_count()).unwrap(), 1);
}

#[test]
fn people_are_found_by_the_beginning_of_any_word() {
    let bench = Bench::new();
    let store = bench.open();
    let org = OrgId(Uuid::from_u128(90));
    let clinic = Organisation {
        id: org,
        name: "Klinikum Nordhafen".into(),
        city: "Kiel".into(),
        country: Country::DE,
        parent: None,
        identifiers: Vec::new(),
    };
    let people = vec![
        row(1, Row::Hcp(hcp(1, "Weiß", "Kiel", Some(org)))),
        row(1, Row::Hcp(hcp(2, "Müller", "Lübeck", None))),
        row(1, Row::Organisation(clinic)),
    ];
    store.commit(&rows(people)).unwrap();

    assert_eq!(families(&store, ""), ["Müller", "Weiß"]);
    assert_eq!(families(&store, "weis"), ["Weiß"]);
    assert_eq!(families(&store, "MUELLER"), ["Müller"]);
    assert_eq!(families(&store, "mull lub"), ["Müller"]);
    assert_eq!(families(&store, "nordh"), ["Weiß"]);
    assert_eq!(families(&store, "card ki"), ["Weiß"]);
    assert_eq!(families(&store, "nobody"), Vec::<String>::new());
    assert_eq!(families(&store, "\" OR *"), Vec::<String>::new());
}

#[test]
fn a_renamed_person_is_found_by_the_new_name_only() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&rows(vec![row(1, Row::Hcp(hcp(1, "Abel", "Kiel", None)))])).unwrap();
    store.commit(&rows(vec![row(2, Row::Hcp(hcp(1, "Zander", "Kiel", None)))])).unwrap();
    store.commit(&rows(vec![row(1, Row::Hcp(hcp(1, "Abel", "Kiel", None)))])).unwrap();
    assert_eq!(families(&store, "zan"), ["Zander"]);
    assert_eq!(families(&store, "abel"), Vec::<String>::new());
}

#[test]
fn the_count_of_people_follows_who_comes_changes_and_leaves() {
    let bench = Bench::new();
    let store = bench.open();
    let held = || store.read(|r| r.hcps_held()).unwrap();
    store.commit(&rows((1..=3).map(|n| row(1, Row::Hcp(hcp(n, "Zander", "Kiel", None)))).collect())).unwrap();
    store.commit(&rows(vec![row(2, Row::Hcp(hcp(1, "Abel", "Kiel", None)))])).unwrap();
    assert_eq!(held(), 3);
    let gone = GoneRow { scope: "c:DE".into(), table: Table::Hcp, key: Uuid::from_u128(2) };
    store.commit(&Batch { feed: vec![Arrival::RowGone(gone)], ..Batch::default() }).unwrap();
    assert_eq!(held(), 2);
}

#[test]
fn long_words_are_found_letter_by_letter() {
    let bench = Bench::new();
    let store = bench.open();
    store.commit(&rows(vec![row(1, Row::Hcp(hcp(1, "Winterbergerstein", "Kiel", None)))])).unwrap();
    for letters in 1..="Winterbergerstein".len() {
        assert_eq!(families(&store, &"Winterbergerstein"[..letters]).len(), 1, "{letters} letters");
    }
    assert_eq!(families(&store, "winterbergerstern"), Vec::<String>::new());
}

#[test]
fn a_rare_long_word_is_found_among_many_that_begin_alike() {
    let bench = Bench::new();
    let store = bench.open();
    let person = |n, family| row(1, Row::Hcp(hcp(n, family, "Kiel", None)));
    let mut people: Vec<_> = (1..=150).map(|n| person(n, "Winterbergen")).collect();
    people.extend([person(201, "Winterbergwald"), person(202, "Winterbergwall")]);
    store.commit(&rows(people)).unwrap();
    assert_eq!(families(&store, "winterbergwa"), ["Winterbergwald", "Winterbergwall"]);
    assert_eq!(families(&store, "kiel winterbergwall"), ["Winterbergwall"]);
}

#[test]
fn pages_of_people_follow_each_other_without_gap_or_double() {
    let bench = Bench::new();
    let store = bench.open();
    let many = (0..95).map(|n| row(1, Row::Hcp(hcp(n, &format!("Berg{}", n % 7), "Kiel", None)))).collect();
    store.commit(&rows(many)).unwrap();
    for typed in ["", "berg"] {
        let (mut seen, mut after) = (std::collections::BTreeSet::new(), None);
        loop {
            let page = store.read(|r| r.search_hcps(typed, after, 20)).unwrap();
            assert!(page.hcps.iter().all(|hcp| seen.insert(hcp.id)), "doubled");
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 95);
    }
}

#[test]
fn the_timeline_holds_all_sources_and_pages_from_the_newest() {
    let bench = Bench::new();
    let store = bench.open();
    let whom = HcpId(Uuid::from_u128(2));
    for n in 0..5_u8 {
        store.commit(&planned(100 + u128::from(n), &[2, 3], i64::from(n) * 10)).unwrap();
    }
    let opened = Activity {
        id: ActivityId(Uuid::from_u128(50)),
        hcp: whom,
        at: at(25),
        kind: ActivityKind::Email,
        title: "Opened".into(),
        detail: String::new(),
        by: None,
    };
    store.commit(&rows(vec![row(1, Row::Activity(opened))])).unwrap();

    let first = store.read(|r| r.timeline(whom, None, 4)).unwrap();
    let rest = store.read(|r| r.timeline(whom, Some(first[3]), 4)).unwrap();
    let minutes: Vec<i64> = first.iter().chain(&rest).map(|line| line.at.timestamp() / 60).collect();
    assert_eq!(minutes, [40, 30, 25, 20, 10, 0]);
    assert_eq!(first[2].source, TimelineSource::Activity);
}

#[test]
fn a_refused_change_stays_and_holds_back_its_document_alone() {
    let bench = Bench::new();
    let store = bench.open();
    let (refused, fine) = (planned(7, &[2], 600), planned(8, &[2], 700));
    store.commit(&refused).unwrap();
    store.commit(&fine).unwrap();
    let decisions =
        [(&refused, Verdict::Refused("frozen".into())), (&fine, Verdict::Taken)].map(|(batch, verdict)| {
            Decision { doc: batch.own[0].doc, hash: batch.own[0].change.hash, verdict, at: at(800) }
        });
    store.commit(&Batch { decisions: decisions.into(), ..Batch::default() }).unwrap();

    assert_eq!(store.read(|r| r.waiting(10, 10_000)).unwrap(), []);
    let attention = store.read(|r| r.refused_documents()).unwrap();
    assert_eq!((attention[0].doc, attention[0].code.as_deref()), (refused.own[0].doc, Some("frozen")));

    store.commit(&Batch { retried: vec![refused.own[0].doc], ..Batch::default() }).unwrap();
    assert_eq!(store.read(|r| r.waiting(10, 10_000)).unwrap().len(), 1);
}

#[test]
fn what_waits_is_cut_by_count_and_size_but_never_to_nothing() {
    let bench = Bench::new();
    let store = bench.open();
    for n in 0..4 {
        store.commit(&planned(n, &[2], 600)).unwrap();
    }
    assert_eq!(store.read(|r| r.waiting(3, 1_000_000)).unwrap().len(), 3);
    assert_eq!(store.read(|r| r.waiting(10, 1)).unwrap().len(), 1);
}

#[test]
fn the_sum_of_a_scope_counts_what_is_really_stored() {
    let bench = Bench::new();
    let store = bench.open();
    let one = row(3, Row::Hcp(hcp(1, "Abel", "Kiel", None)));
    let arrived = Arrived {
        scope: "c:DE".into(),
        doc: DocId(Uuid::from_u128(7)),
        hash: document::ChangeHash([7; 32]),
        weight: 1_000_u128.to_be_bytes(),
    };
    let (row, change) = (Arrival::Row(one.clone()), Arrival::Change(arrived));
    let batch = Batch { feed: vec![row.clone(), row, change.clone(), change], ..Batch::default() };
    store.commit(&batch).unwrap();
    store.commit(&batch).unwrap();
    let sum = |store: &Store| u128::from_be_bytes(store.read(|r| r.scope_sum("c:DE")).unwrap());
    assert_eq!(sum(&store), 1_000 + u128::from_be_bytes(one.weight));

    let gone = GoneRow { scope: "c:DE".into(), table: Table::Hcp, key: Uuid::from_u128(1) };
    store.commit(&Batch { feed: vec![Arrival::RowGone(gone)], ..Batch::default() }).unwrap();
    assert_eq!(sum(&store), 1_000);
    assert_eq!(families(&store, "abel"), Vec::<String>::new());
}
