//! Pieces from good and bad hands.

use super::*;
use domain::ids::{FollowUpId, TerritoryId, UserId};
use domain::people::{Audience, Country, Territory};
use domain::planning::{FollowUp, FollowUpState};
use proptest::prelude::*;
use uuid::Uuid;

fn scope() -> ScopeId {
    ScopeId::Territory(TerritoryId(Uuid::from_u128(1)), Audience::Commercial)
}

fn promise(n: u128) -> PackedDocument {
    let follow_up = FollowUp {
        id: FollowUpId(Uuid::from_u128(n)),
        owner: UserId(Uuid::from_u128(2)),
        hcp: None,
        call: None,
        text: format!("send paper {n}"),
        due: chrono::DateTime::UNIX_EPOCH.date_naive(),
        state: FollowUpState::Open,
    };
    PackedDocument {
        doc: follow_up.id.into(),
        kind: Kind::FollowUp,
        saved: vec![7; 40],
        hashes: [[1; 32], [2; 32]].concat(),
        content: serde_json::to_string(&Content::FollowUp(follow_up)).unwrap(),
        contested: false,
    }
}

fn packed(documents: Vec<PackedDocument>) -> Packed {
    let territory =
        Territory { id: TerritoryId(Uuid::from_u128(1)), name: "North".into(), country: Country::DE };
    let row = serde_json::to_string(&Row::Territory(territory)).unwrap();
    Packed { scope: scope(), rows: vec![PackedRow { version: 3, row }], documents }
}

/// Bytes that were packed well and say something else than a piece does.
fn piece_of(cbor: &[u8]) -> Vec<u8> {
    [b"RNP\x01".as_slice(), &zstd::bulk::compress(cbor, 3).unwrap()].concat()
}

#[test]
fn a_piece_is_read_as_it_was_packed_with_a_dictionary_and_without() {
    let packed = packed((0..200).map(promise).collect());
    let samples: Vec<_> =
        packed.documents.iter().map(|document| document.content.clone().into_bytes()).collect();
    let dictionary = train(&samples, 4096).unwrap();
    for dictionary in [None, Some(dictionary.as_slice())] {
        let piece = encode(&packed, dictionary, 3).unwrap();
        let segment = decode((Name::of(&piece), scope()), &piece, dictionary).unwrap();
        assert_eq!((segment.rows.len(), segment.documents.len()), (1, 200));
        assert_eq!(segment.documents[5].hashes, [ChangeHash([1; 32]), ChangeHash([2; 32])]);
        assert_eq!(segment.documents[5].doc, packed.documents[5].doc);
    }
}

#[test]
fn a_piece_of_another_name_scope_version_or_dictionary_is_refused() {
    let samples: Vec<_> = (0..200).map(|n| promise(n).content.into_bytes()).collect();
    let dictionary = train(&samples, 4096).unwrap();
    let piece = encode(&packed(vec![promise(1)]), Some(&dictionary), 3).unwrap();
    let name = Name::of(&piece);
    assert_eq!(decode((Name([0; 32]), scope()), &piece, Some(&dictionary)), Err(BadSegment::Name));
    let elsewhere = ScopeId::Country(Country::DE);
    assert_eq!(decode((name, elsewhere), &piece, Some(&dictionary)), Err(BadSegment::Scope(scope())));
    assert!(matches!(decode((name, scope()), &piece, None), Err(BadSegment::Packing(_))));
    assert_eq!(read(b"RNP\x02", None), Err(BadSegment::Version(2)));
    assert_eq!(read(b"hello", None), Err(BadSegment::NotAPiece));
}

#[test]
fn a_small_piece_that_inflates_without_end_is_refused() {
    let bomb = piece_of(&vec![0; 17 * 1024 * 1024]);
    assert!(bomb.len() < 10_000);
    assert_eq!(read(&bomb, None), Err(BadSegment::TooLarge(MAX_INFLATED_BYTES)));
}

#[test]
fn a_document_that_is_not_what_its_content_says_is_refused() {
    for spoil in [
        |document: &mut PackedDocument| document.doc = DocId(Uuid::from_u128(99)),
        |document: &mut PackedDocument| document.kind = Kind::Call,
        |document: &mut PackedDocument| document.hashes = vec![1; 33],
        |document: &mut PackedDocument| document.hashes.clear(),
        |document: &mut PackedDocument| document.content = "{}".into(),
    ] {
        let mut document = promise(1);
        spoil(&mut document);
        let piece = encode(&packed(vec![document]), None, 3).unwrap();
        assert!(matches!(read(&piece, None), Err(BadSegment::Content(_))));
    }
}

#[test]
fn a_manifest_that_asks_for_too_much_is_not_begun_with() {
    let piece = Piece { name: Name([1; 32]), size: 9, dictionary: None };
    let sound = Manifest { scope: scope(), seq: 4, dictionaries: Vec::new(), pieces: vec![piece] };
    assert!(sound.is_sound());
    let huge = Piece { size: MAX_PIECE_BYTES + 1, ..piece };
    let unpackable = Piece { dictionary: Some(Name([2; 32])), ..piece };
    for piece in [huge, unpackable] {
        assert!(!Manifest { pieces: vec![piece], ..sound.clone() }.is_sound());
    }
    assert_ne!(sound.name(), Manifest { seq: 5, ..sound.clone() }.name());
}

#[test]
fn a_name_is_read_as_it_is_written_and_in_no_other_form() {
    let name = Name::of(b"a piece");
    assert_eq!(name.to_string().parse(), Ok(name));
    let capitals = name.to_string().to_uppercase();
    for bad in ["", "00", capitals.as_str(), &"g".repeat(64), &"é".repeat(32)] {
        assert!(bad.parse::<Name>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&[b"RNP\x01".as_slice(), &body].concat(), None);
        let _ = read(&piece_of(&body), None);
    }

    #[test]
    fn a_piece_that_was_cut_or_turned_anywhere_is_refused(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut piece = encode(&packed(vec![promise(1)]), None, 3).unwrap();
        let name = Name::of(&piece);
        let at = at.index(piece.len());
        prop_assert!(decode((name, scope()), &piece[..at], None).is_err());
        piece[at] ^= flip;
        prop_assert_eq!(decode((name, scope()), &piece, None), Err(BadSegment::Name));
        let _ = read(&piece, None);
    }
}
