//! The JSON bodies beside sync: what is read is written again and read the same.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sync::json::{Problem, Refresh, Session, SignIn};

pub fn check(bytes: &[u8]) {
    body::<SignIn>(bytes);
    body::<Refresh>(bytes);
    body::<Session>(bytes);
    body::<Problem>(bytes);
}

fn body<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_vec(&again).ok(), Some(written), "it is read the same");
}
