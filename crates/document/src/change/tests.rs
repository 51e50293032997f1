//! Changes read without a document. What strangers send is in `tests/hostile`.

use super::*;

#[test]
fn a_stranger_s_bytes_are_refused_without_a_panic() {
    let document_chunk = [0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 0, 1, 2];
    assert_eq!(Change::parse(&document_chunk), Err(BrokenChange::NotAChange));
    assert_eq!(Change::parse(b"hello"), Err(BrokenChange::NotAChange));
    assert_eq!(Change::parse(&vec![0; 70_000]), Err(BrokenChange::TooLarge(70_000)));
    let torn = [0x85, 0x6f, 0x4a, 0x83, 9, 9, 9, 9, 1, 200, 1];
    assert!(matches!(Change::parse(&torn), Err(BrokenChange::Damaged(_))));
}
