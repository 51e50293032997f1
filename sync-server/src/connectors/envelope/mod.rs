//! CloudEvents 1.0 in the structured JSON format: read strictly, build strictly, write.
//! Source: CloudEvents 1.0.2, core specification and JSON event format. Not here: what our own events say.

mod grammar;
mod json;
mod read;
mod write;

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Media type of one event.
pub const EVENT_MEDIA_TYPE: &str = "application/cloudevents+json";

/// The value of an extension attribute. Other CloudEvents types travel as text in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// `true` or `false`.
    Boolean(bool),
    /// A 32-bit number.
    Integer(i32),
    /// Any text, and what JSON spells as text: binary, URI, timestamp.
    Text(String),
}

/// What an event carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// The member `data`: any JSON value but `null`, which stands for no data.
    Json(serde_json::Value),
    /// The member `data_base64`, decoded.
    Binary(Vec<u8>),
}

/// An event that nobody has checked yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// `id`: unique per source.
    pub id: String,
    /// `source`: a URI reference.
    pub source: String,
    /// `type`.
    pub event_type: String,
    /// `subject`.
    pub subject: Option<String>,
    /// `time`.
    pub time: Option<DateTime<Utc>>,
    /// `datacontenttype`: a media type.
    pub data_content_type: Option<String>,
    /// `dataschema`: a URI.
    pub data_schema: Option<String>,
    /// Extension attributes by name.
    pub extensions: BTreeMap<String, Extension>,
    /// What it carries.
    pub data: Option<Data>,
}

/// An event that keeps every rule of the specification: only [`Event::new`], [`Event::parse`] and
/// [`parse_batch`] make one.
#[derive(Debug, Clone, PartialEq)]
pub struct Event(Draft);

impl Event {
    /// Checks a draft.
    pub fn new(draft: Draft) -> Result<Self, Flaw> {
        grammar::check(&draft)?;
        Ok(Self(draft))
    }

    /// Reads one event.
    pub fn parse(json: &[u8]) -> Result<Self, Flaw> {
        read::event(json::parse(json)?)
    }

    /// What the event says.
    #[must_use]
    pub fn content(&self) -> &Draft {
        &self.0
    }

    /// The event as JSON, attributes first, data last.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        write::event(&self.0).to_string().into_bytes()
    }
}

/// Reads a batch: an array of events, all or none of them.
pub fn parse_batch(json: &[u8]) -> Result<Vec<Event>, Flaw> {
    let serde_json::Value::Array(events) = json::parse(json)? else { return Err(Flaw::NotAnArray) };
    let one = |(at, event)| read::event(event).map_err(|flaw| Flaw::InBatch { at, flaw: Box::new(flaw) });
    events.into_iter().enumerate().map(one).collect()
}

/// A batch as JSON.
#[must_use]
pub fn batch_to_json(events: &[Event]) -> Vec<u8> {
    serde_json::Value::Array(events.iter().map(|e| write::event(&e.0)).collect()).to_string().into_bytes()
}

/// Why something is not a CloudEvent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Not JSON at all, or a member occurs twice.
    #[error("not readable as JSON: {0}")]
    Json(String),
    /// An event is a JSON object.
    #[error("an event must be a JSON object")]
    NotAnObject,
    /// A batch is a JSON array.
    #[error("a batch must be a JSON array")]
    NotAnArray,
    /// One event of a batch is wrong.
    #[error("event {at} of the batch: {flaw}")]
    InBatch {
        /// Its place, from 0.
        at: usize,
        /// What is wrong with it.
        flaw: Box<Flaw>,
    },
    /// A required attribute is missing or null.
    #[error("`{0}` is required")]
    Missing(&'static str),
    /// An attribute must not be empty.
    #[error("`{0}` is empty")]
    Empty(String),
    /// A value of the wrong JSON type or out of range.
    #[error("`{name}` must be {expected}")]
    WrongType {
        /// Which attribute.
        name: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Only 1.0 is spoken here.
    #[error("`specversion` {0:?} is not 1.0")]
    SpecVersion(String),
    /// Attribute names are lower-case ASCII letters and digits.
    #[error("{0:?} is not an attribute name: lower-case letters and digits only")]
    Name(String),
    /// A text holds a control character or a Unicode noncharacter.
    #[error("`{0}` holds a character that CloudEvents does not allow")]
    Character(String),
    /// A text does not keep the grammar of its type.
    #[error("`{name}` is not {expected}")]
    Grammar {
        /// Which attribute.
        name: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// `data` and `data_base64` at once.
    #[error("`data` and `data_base64` exclude each other")]
    DataTwice,
}
