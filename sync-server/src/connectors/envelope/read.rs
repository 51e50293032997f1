//! From JSON to an event. An attribute that is null is an attribute that is not there.

use super::{Data, Draft, Event, Extension, Flaw, grammar};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

pub(super) fn event(json: Value) -> Result<Event, Flaw> {
    let Value::Object(mut members) = json else { return Err(Flaw::NotAnObject) };
    members.retain(|_, value| !value.is_null());
    spec_version(&mut members)?;
    let draft = Draft {
        id: required(&mut members, "id")?,
        source: required(&mut members, "source")?,
        event_type: required(&mut members, "type")?,
        subject: optional(&mut members, "subject")?,
        time: time(&mut members)?,
        data_content_type: optional(&mut members, "datacontenttype")?,
        data_schema: optional(&mut members, "dataschema")?,
        data: data(&mut members)?,
        extensions: members.into_iter().map(extension).collect::<Result<_, _>>()?,
    };
    Event::new(draft)
}

fn spec_version(members: &mut Map<String, Value>) -> Result<(), Flaw> {
    let version = required(members, "specversion")?;
    if version == "1.0" { Ok(()) } else { Err(Flaw::SpecVersion(version)) }
}

fn required(members: &mut Map<String, Value>, name: &'static str) -> Result<String, Flaw> {
    optional(members, name)?.ok_or(Flaw::Missing(name))
}

fn optional(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Flaw> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Flaw::WrongType { name: name.to_owned(), expected: "text" }),
    }
}

fn time(members: &mut Map<String, Value>) -> Result<Option<chrono::DateTime<chrono::Utc>>, Flaw> {
    optional(members, "time")?.map(|text| grammar::timestamp(&text)).transpose()
}

fn data(members: &mut Map<String, Value>) -> Result<Option<Data>, Flaw> {
    match (members.remove("data"), optional(members, "data_base64")?) {
        (Some(_), Some(_)) => Err(Flaw::DataTwice),
        (Some(json), None) => Ok(Some(Data::Json(json))),
        (None, Some(text)) => match STANDARD.decode(text) {
            Ok(bytes) => Ok(Some(Data::Binary(bytes))),
            Err(_) => Err(Flaw::Grammar { name: "data_base64", expected: "base64 (RFC 4648)" }),
        },
        (None, None) => Ok(None),
    }
}

fn extension((name, value): (String, Value)) -> Result<(String, Extension), Flaw> {
    let wrong = |expected| Flaw::WrongType { name: name.clone(), expected };
    let value = match value {
        Value::Bool(value) => Extension::Boolean(value),
        Value::String(text) => Extension::Text(text),
        Value::Number(number) => {
            let whole = number.as_i64().and_then(|n| i32::try_from(n).ok());
            Extension::Integer(whole.ok_or_else(|| wrong("a whole number of 32 bits"))?)
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(wrong("text, a whole number or a boolean"));
        }
    };
    Ok((name, value))
}
