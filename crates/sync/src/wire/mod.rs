//! The forms on the wire. A version's forms never change: golden bytes hold them.

mod frame;
pub mod segment;
pub mod v1;

pub use frame::{BadFrame, CONTENT_TYPE, MAX_FRAME_BYTES, decode, decode_within, encode};
