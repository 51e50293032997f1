//! Frames and cursors: what is read is written again and read the same.

use super::Draw;
use crate::forged::framed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use sync::Cursor;
use sync::wire::v1::{MAX_REQUEST_BYTES, Request, Response, VERSION};
use sync::wire::{MAX_FRAME_BYTES, decode_within, encode};

pub fn request(bytes: &[u8]) {
    frame::<Request>(MAX_REQUEST_BYTES, bytes);
}

pub fn response(bytes: &[u8]) {
    frame::<Response>(MAX_FRAME_BYTES, bytes);
}

/// The bytes are a frame, or the content of one: what is inside must be reached without knowing zstd.
fn frame<T: Serialize + DeserializeOwned + PartialEq + Debug>(most: u64, bytes: &[u8]) {
    let mut draw = Draw::from(bytes);
    let whole = draw.once_in(4);
    let frame = if whole { draw.rest().to_vec() } else { framed(VERSION, draw.rest()) };
    let Ok(read) = decode_within::<T>(most, VERSION, &frame) else { return };
    let again = encode(VERSION, &read).expect("what was read can be written");
    assert_eq!(decode_within::<T>(most, VERSION, &again).as_ref(), Ok(&read), "it is read the same");
}

pub fn cursor(bytes: &[u8]) {
    let Ok(read) = Cursor::decode(bytes) else { return };
    let again = read.encode().expect("what was read can be written");
    assert_eq!(Cursor::decode(&again), Ok(read), "it is read the same");
}
