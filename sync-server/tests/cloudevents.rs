//! The official CloudEvents vectors, each judged; and what they leave open.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its story has failed")]

use serde::Deserialize;
use std::collections::BTreeMap;
use sync_server::connectors::envelope::{Data, Draft, Event, Extension, Flaw, batch_to_json, parse_batch};

/// One vector.
#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(rename = "sampleId")]
    sample: Option<String>,
    #[serde(alias = "event", alias = "batch")]
    json: serde_json::Value,
}

#[derive(Deserialize)]
struct Vectors {
    tests: Vec<Vector>,
}

fn vectors(file: &str) -> Vec<Vector> {
    let path = format!("{}/tests/vectors/cloudevents/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Vectors>(&text).unwrap().tests
}

fn bytes(vector: &Vector) -> Vec<u8> {
    vector.json.to_string().into_bytes()
}

#[test]
fn there_are_43_official_vectors() {
    let files = ["valid-events.json", "invalid-events.json", "valid-batches.json", "invalid-batches.json"];
    assert_eq!(files.map(|file| vectors(file).len()), [10, 25, 5, 3]);
}

#[test]
fn every_valid_event_is_read_and_its_spellings_mean_the_same() {
    let mut samples: BTreeMap<String, Event> = BTreeMap::new();
    for vector in vectors("valid-events.json") {
        let event = Event::parse(&bytes(&vector)).unwrap_or_else(|flaw| panic!("{}: {flaw}", vector.id));
        assert_eq!(Event::parse(&event.to_json()).as_ref(), Ok(&event), "{} there and back", vector.id);
        let first = samples.entry(vector.sample.unwrap()).or_insert_with(|| event.clone());
        assert_eq!(*first, event, "{}", vector.id);
    }
}

#[test]
fn every_invalid_event_is_refused() {
    for vector in vectors("invalid-events.json") {
        assert!(Event::parse(&bytes(&vector)).is_err(), "{} was taken", vector.id);
    }
}

#[test]
fn every_valid_batch_is_read() {
    for vector in vectors("valid-batches.json") {
        let batch = parse_batch(&bytes(&vector)).unwrap_or_else(|flaw| panic!("{}: {flaw}", vector.id));
        assert_eq!(parse_batch(&batch_to_json(&batch)).as_ref(), Ok(&batch), "{} there and back", vector.id);
    }
}

#[test]
fn every_invalid_batch_is_refused() {
    for vector in vectors("invalid-batches.json") {
        assert!(parse_batch(&bytes(&vector)).is_err(), "{} was taken", vector.id);
    }
}

fn with(member: &str) -> Result<Event, Flaw> {
    Event::parse(format!(r#"{{"specversion":"1.0","id":"1","type":"t","source":"/s"{member}}}"#).as_bytes())
}

#[test]
fn a_member_that_occurs_twice_is_refused_at_any_depth() {
    assert!(matches!(with(r#","id":"2""#), Err(Flaw::Json(_))));
    assert!(matches!(with(r#","data":{"a":1,"b":{"a":1,"a":2}}"#), Err(Flaw::Json(_))));
    assert!(matches!(Event::parse(b"{} {}"), Err(Flaw::Json(_))));
}

#[test]
fn extensions_are_text_booleans_and_32_bit_numbers_under_plain_names() {
    assert_eq!(with(r#","n":2147483647"#).unwrap().content().extensions["n"], Extension::Integer(i32::MAX));
    for wrong in ["2147483648", "1.5", "1.0", "[]", "{}"] {
        assert!(matches!(with(&format!(r#","n":{wrong}"#)), Err(Flaw::WrongType { .. })), "{wrong}");
    }
    for wrong in ["partitionKey", "partition_key", "", "übung", "a-b"] {
        assert_eq!(with(&format!(r#","{wrong}":"x""#)), Err(Flaw::Name(wrong.into())));
    }
    assert!(matches!(with(r#","tab":"a\tb""#), Err(Flaw::Character(_))));
    assert!(matches!(with(r#","non":"\ufdd0""#), Err(Flaw::Character(_))));
}

#[test]
fn binary_data_is_decoded_and_bad_base64_refused() {
    assert_eq!(with(r#","data_base64":"TWE=""#).unwrap().content().data, Some(Data::Binary(b"Ma".to_vec())));
    assert!(matches!(with(r#","data_base64":"TWE""#), Err(Flaw::Grammar { name: "data_base64", .. })));
    assert!(matches!(with(r#","data_base64":7"#), Err(Flaw::WrongType { .. })));
}

#[test]
fn a_draft_is_checked_by_the_same_rules() {
    let draft = Draft { id: "1".into(), source: "/s".into(), event_type: "t".into(), ..Draft::default() };
    assert!(Event::new(draft.clone()).is_ok());
    let reserved = BTreeMap::from([("data".to_owned(), Extension::Boolean(true))]);
    assert_eq!(Event::new(Draft { extensions: reserved, ..draft.clone() }), Err(Flaw::Name("data".into())));
    assert_eq!(Event::new(Draft { id: String::new(), ..draft }), Err(Flaw::Empty("id".into())));
}
