//! From an event to JSON.

use super::{Data, Draft, Extension};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

pub(super) fn event(draft: &Draft) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("specversion", json!("1.0"));
    put("id", json!(draft.id));
    put("source", json!(draft.source));
    put("type", json!(draft.event_type));
    let texts = [
        ("subject", draft.subject.clone()),
        ("time", draft.time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))),
        ("datacontenttype", draft.data_content_type.clone()),
        ("dataschema", draft.data_schema.clone()),
    ];
    texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .for_each(|(name, text)| put(name, json!(text)));
    draft.extensions.iter().for_each(|(name, value)| put(name, extension(value)));
    match &draft.data {
        Some(Data::Json(value)) => put("data", value.clone()),
        Some(Data::Binary(bytes)) => put("data_base64", json!(STANDARD.encode(bytes))),
        None => {}
    }
    Value::Object(members)
}

fn extension(value: &Extension) -> Value {
    match value {
        Extension::Boolean(value) => json!(value),
        Extension::Integer(value) => json!(value),
        Extension::Text(text) => json!(text),
    }
}
