//! Changes that no device writes.

use crate::{MODEST, alone, peak};
use document::{BrokenChange, Change, MAX_CHANGE_BYTES};
use testkit::forged::{Forged, checksum, chunk, compressed, plain, signed, unsigned};

const USER: &str = "00000000-0000-0000-0000-000000000001";
const BILLION: i64 = 1 << 40;

fn honest() -> Forged {
    Forged::honest([7; 16], USER)
}

/// Sends it to the check that is before all loading; it must be refused and must not have grown.
fn refused(bytes: &[u8]) -> BrokenChange {
    let _alone = alone();
    let (read, held) = peak(|| Change::from_stranger(bytes));
    assert!(held < MODEST, "{held} bytes for {} that were sent", bytes.len());
    read.unwrap_err()
}

fn damaged(bytes: &[u8]) -> bool {
    matches!(refused(bytes), BrokenChange::Damaged(_))
}

#[test]
fn what_is_honest_is_taken_and_a_compressed_one_becomes_the_plain_one() {
    let (bytes, squeezed) = (honest().plain(), compressed(&honest().body()));
    let change = Change::from_stranger(&bytes).unwrap();
    assert_eq!((change.operations, change.last_op(), &change.bytes), (1, 1, &bytes));
    assert_eq!(Change::from_stranger(&squeezed), Ok(change));
    assert_eq!(Change::parse(&squeezed), Err(BrokenChange::NotAChange));
    let many = Forged { columns: Forged::rows(60_000, b"a"), ..honest() };
    assert_eq!(Change::from_stranger(&many.plain()).unwrap().operations, 60_000);
}

#[test]
fn a_compressed_change_is_inflated_no_further_than_a_change_may_be() {
    let bomb = compressed(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < MAX_CHANGE_BYTES, "{}", bomb.len());
    assert_eq!(refused(&bomb), BrokenChange::TooLarge(MAX_CHANGE_BYTES + 1));
    let mut followed = compressed(&honest().body());
    let body = followed.split_off(10);
    let longer = [body.as_slice(), b"more"].concat();
    assert_eq!(refused(&chunk(2, checksum(&honest().body()), &longer)), BrokenChange::Trailing);
    assert!(damaged(&chunk(2, [0; 4], b"\xff\xff not deflate")));
}

#[test]
fn documents_bundles_and_what_is_no_chunk_are_no_changes() {
    for kind in [0, 3, 4, 255] {
        assert_eq!(refused(&chunk(kind, [0; 4], &honest().body())), BrokenChange::NotAChange);
    }
    assert_eq!(refused(b"hello"), BrokenChange::NotAChange);
    assert_eq!(refused(&vec![0; MAX_CHANGE_BYTES + 1]), BrokenChange::TooLarge(MAX_CHANGE_BYTES + 1));
}

#[test]
fn the_checksum_is_compared_and_nothing_follows_the_change() {
    let body = honest().body();
    assert!(damaged(&chunk(1, [0; 4], &body)));
    assert!(damaged(&chunk(2, [0; 4], &compressed(&body)[11..])));
    assert_eq!(refused(&[honest().plain(), vec![0]].concat()), BrokenChange::Trailing);
    assert_eq!(refused(&Forged { extra: vec![1, 1, 9], ..honest() }.plain()), BrokenChange::Trailing);
    assert!(damaged(&honest().plain()[..60]));
}

#[test]
fn few_bytes_that_stand_for_many_operations_are_refused() {
    let many = Forged { columns: Forged::rows(BILLION, b"a"), ..honest() };
    assert!(many.plain().len() < 150);
    assert_eq!(refused(&many.plain()), BrokenChange::Excessive("operations"));
    assert_eq!(refused(&compressed(&many.body())), BrokenChange::Excessive("operations"));
    let nulls = honest().with(0x11, [vec![0], unsigned(1 << 50)].concat());
    assert_eq!(refused(&nulls.plain()), BrokenChange::Excessive("operations"));
    let truths = honest().with(0x94, [unsigned(1 << 40), unsigned(1 << 63)].concat());
    assert_eq!(refused(&truths.plain()), BrokenChange::Excessive("operations"));
    let jumps = honest().with(0x13, [signed(BILLION), vec![1]].concat());
    assert_eq!(refused(&jumps.plain()), BrokenChange::Excessive("operations"));
}

#[test]
fn one_operation_that_replaces_a_billion_is_refused() {
    let count = [signed(-1), unsigned(1 << 40)].concat();
    assert_eq!(
        refused(&honest().with(0x70, count).plain()),
        BrokenChange::Excessive("operations that it replaces")
    );
    let listed = honest().with(0x71, [signed(BILLION), vec![0]].concat());
    assert_eq!(refused(&listed.plain()), BrokenChange::Excessive("operations"));
}

#[test]
fn a_long_key_that_is_repeated_is_refused() {
    let columns = Forged::rows(60_000, &[b'k'; 50_000]);
    assert_eq!(refused(&Forged { columns, ..honest() }.plain()), BrokenChange::Excessive("bytes of keys"));
    let lie = [signed(-1), unsigned(900_000_000), b"k".to_vec()].concat();
    assert!(damaged(&honest().with(0x15, lie).plain()));
}

#[test]
fn lists_in_the_header_are_short_and_say_what_is_there() {
    let many: Vec<[u8; 32]> =
        (0..300_u16).map(|n| [n.to_be_bytes(); 16].concat().try_into().unwrap()).collect();
    let deps = Forged { deps: many.clone(), ..honest() };
    assert_eq!(refused(&deps.plain()), BrokenChange::Excessive("changes that it builds upon"));
    assert!(damaged(&Forged { deps: vec![many[1], many[0]], ..honest() }.plain()));
    assert!(damaged(&Forged { deps: vec![many[1], many[1]], ..honest() }.plain()));
    assert!(damaged(&plain(&unsigned(255))));
    let short = Forged { others: vec![vec![1]; 1000], ..honest() };
    assert_eq!(refused(&short.plain()), BrokenChange::Actor);
    let actors = Forged { others: vec![vec![1; 16]; 1025], ..honest() };
    assert_eq!(refused(&actors.plain()), BrokenChange::Excessive("actors"));
    assert_eq!(refused(&Forged { actor: Vec::new(), ..honest() }.plain()), BrokenChange::Actor);
    let talks = Forged { message: "x".repeat(65), ..honest() };
    assert_eq!(refused(&talks.plain()), BrokenChange::Excessive("bytes of its message"));
}

#[test]
fn columns_that_would_be_lost_or_name_nobody_are_refused() {
    assert!(damaged(&honest().with(0xb2, vec![0x7f, 1]).plain()));
    assert!(damaged(&honest().with(0x4a, vec![0x7f, 1]).plain()));
    let stranger = honest().with(0x01, vec![0x7f, 5]).with(0x02, vec![0x7f, 1]);
    assert!(damaged(&stranger.plain()));
    let mut turned = honest();
    turned.columns.reverse();
    assert!(damaged(&turned.plain()));
}

#[test]
fn a_change_that_the_library_would_write_otherwise_is_refused() {
    // A run of one, where the library writes a list of one: after the document is saved its hash would be another.
    let runs = honest().with(0x42, vec![1, 1]);
    assert_eq!(refused(&runs.plain()), BrokenChange::Unusual);
    let overlong = honest().with(0x34, vec![0x81, 0]);
    assert_eq!(refused(&overlong.plain()), BrokenChange::Unusual);
}

#[test]
fn counters_beyond_the_library_s_range_are_refused_without_a_panic_outside() {
    for start_op in [0, 1 << 32, u64::MAX] {
        assert!(damaged(&Forged { start_op, ..honest() }.plain()), "{start_op}");
    }
}
