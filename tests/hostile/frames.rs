//! Frames and cursors that no device writes.

use crate::{MODEST, alone, peak};
use sync::wire::v1::{MAX_REQUEST_BYTES, Request, VERSION};
use sync::wire::{BadFrame, decode, decode_within};
use sync::{BadCursor, Cursor};

/// A frame around any content.
fn framed(cbor: &[u8]) -> Vec<u8> {
    testkit::forged::framed(VERSION, cbor)
}

fn raw(letters: &[u8], body: &[u8]) -> Vec<u8> {
    [letters, body].concat()
}

/// One zstd frame that says one byte again and again, `blocks` times 128 KiB.
fn bomb(blocks: u32, window: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, window];
    for block in 1..=blocks {
        let head = (131_072_u32 << 3) | (1 << 1) | u32::from(block == blocks);
        frame.extend(&head.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}

fn refused(frame: &[u8], most: usize) -> BadFrame {
    let _alone = alone();
    let (read, held) = peak(|| decode_within::<Request>(MAX_REQUEST_BYTES, VERSION, frame));
    assert!(held < most, "{held} bytes for {} that were sent", frame.len());
    read.unwrap_err()
}

#[test]
fn a_frame_written_by_hand_is_read() {
    assert_eq!(decode::<String>(VERSION, &framed(b"\x62hi")), Ok("hi".into()));
}

#[test]
fn a_request_inflates_no_further_than_requests_do() {
    let bomb = raw(b"RND\x01", &bomb(1000, 0x38));
    assert!(bomb.len() < 5000);
    assert_eq!(refused(&bomb, 16 * 1024 * 1024), BadFrame::TooLarge(MAX_REQUEST_BYTES));
}

#[test]
fn a_window_that_no_device_asks_for_is_refused() {
    // A window of 128 MiB, which the library would take by itself, and would allocate.
    let wide = raw(b"RND\x01", &bomb(1, 0x88));
    // That memory is not Rust's, so it is the reason that tells.
    assert!(matches!(refused(&wide, MODEST), BadFrame::Content(why) if why.contains("too much memory")));
}

#[test]
fn lengths_that_are_only_declared_are_not_allocated() {
    let billion = [0x9b, 0, 0, 1, 0, 0, 0, 0, 0];
    let items = [b"\xa1\x65items".as_slice(), &billion].concat();
    assert!(matches!(refused(&framed(&items), MODEST), BadFrame::Content(_)));
    let cursor = [b"\xa1\x66cursor".as_slice(), &[0x5b, 0, 0, 1, 0, 0, 0, 0, 0]].concat();
    assert!(matches!(refused(&framed(&cursor), MODEST), BadFrame::Content(_)));
    let text = [0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert!(matches!(refused(&framed(&text), MODEST), BadFrame::Content(_)));
}

#[test]
fn what_is_nested_deeply_is_refused_before_the_stack_ends() {
    for nesting in [0x81, 0xc1] {
        let deep = [b"\xa1\x61x".as_slice(), &vec![nesting; 1_000_000], b"\x00"].concat();
        assert!(matches!(refused(&framed(&deep), 4 * MODEST), BadFrame::Content(_)), "{nesting:x}");
    }
}

#[test]
fn nothing_follows_the_content_of_a_frame_or_of_a_cursor() {
    assert!(decode::<String>(VERSION, &framed(b"\x62hi\x00")).is_err());
    let mut cursor = Cursor::default().encode().unwrap();
    assert!(Cursor::decode(&cursor).is_ok());
    cursor.push(0);
    assert_eq!(Cursor::decode(&cursor), Err(BadCursor));
}

#[test]
fn a_cursor_of_more_scopes_than_anybody_follows_is_none() {
    let read = (0..10_000).map(|n| (format!("u:{:032x}", n).parse().unwrap(), 1)).collect();
    let many = Cursor { read, ..Cursor::default() }.encode().unwrap();
    let _alone = alone();
    let (read, held) = peak(|| Cursor::decode(&many));
    assert_eq!((read, held < 64 * 1024), (Err(BadCursor), true));
}
