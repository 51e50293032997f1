//! The events that leave for the CRM: their types, and how an outbox entry becomes a CloudEvent.
//! Ids in them use only `[A-Za-z0-9_-]`, because keys of CRM systems break on more.

use super::envelope::{Data, Draft, Event, Extension, Flaw};
use super::outbox::Entry;
use std::collections::BTreeMap;
use std::fmt;

/// Media type of the data.
const DATA_MEDIA_TYPE: &str = "application/json";

/// What happened. The version at the end grows when the shape of the data changes incompatibly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// A call was recorded and submitted.
    CallSubmitted,
    /// A submitted call was amended.
    CallAmended,
    /// An HCP granted or withdrew consent.
    ConsentChanged,
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::CallSubmitted, Self::CallAmended, Self::ConsentChanged];

    /// Its name on the wire and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CallSubmitted => "com.rounds.call.submitted.v1",
            Self::CallAmended => "com.rounds.call.amended.v1",
            Self::ConsentChanged => "com.rounds.consent.changed.v1",
        }
    }

    /// The type of this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why an entry cannot be sent as an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// A key or subject that a CRM's key fields would not take.
    #[error("`{0}` holds characters other than A-Z a-z 0-9 _ -")]
    Id(String),
    /// The envelope would not keep the specification.
    #[error(transparent)]
    Envelope(#[from] Flaw),
}

/// The event of an entry. `source` is the URI reference that names this installation.
pub fn event(entry: &Entry, source: &str) -> Result<Event, NotAnEvent> {
    let new = &entry.new;
    [&new.key, &new.subject].into_iter().try_for_each(|id| check_id(id))?;
    let partition = ("partitionkey".to_owned(), Extension::Text(new.key.clone()));
    Ok(Event::new(Draft {
        id: new.event_id.to_string(),
        source: source.to_owned(),
        event_type: new.event_type.name().to_owned(),
        subject: Some(new.subject.clone()),
        time: Some(new.time),
        data_content_type: Some(DATA_MEDIA_TYPE.to_owned()),
        data_schema: None,
        extensions: BTreeMap::from([partition]),
        data: Some(Data::Json(new.data.clone())),
    })?)
}

fn check_id(id: &str) -> Result<(), NotAnEvent> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !id.is_empty() && id.bytes().all(plain) { Ok(()) } else { Err(NotAnEvent::Id(id.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::outbox::NewEntry;
    use serde_json::json;
    use uuid::Uuid;

    fn entry(subject: &str) -> Entry {
        let new = NewEntry {
            key: "hcp-1".into(),
            event_id: Uuid::from_u128(7),
            event_type: EventType::CallSubmitted,
            subject: subject.into(),
            time: chrono::DateTime::from_timestamp(1_795_435_200, 0).unwrap(),
            data: json!({ "call": "c-1" }),
        };
        Entry { id: 1, new, attempts: 1 }
    }

    #[test]
    fn an_entry_becomes_an_event_that_names_its_partition() {
        let event = event(&entry("hcp-1"), "/rounds/demo").unwrap();
        let json: serde_json::Value = serde_json::from_slice(&event.to_json()).unwrap();
        let expected = json!({
            "specversion": "1.0", "id": "00000000-0000-0000-0000-000000000007", "source": "/rounds/demo",
            "type": "com.rounds.call.submitted.v1", "subject": "hcp-1", "time": "2026-11-23T12:00:00Z",
            "datacontenttype": "application/json", "partitionkey": "hcp-1", "data": { "call": "c-1" },
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn an_id_that_would_break_a_crm_key_is_refused() {
        for wrong in ["", "hcp 1", "hcp/1", "hcp'1", "hçp"] {
            assert_eq!(event(&entry(wrong), "/rounds"), Err(NotAnEvent::Id(wrong.into())));
        }
    }

    #[test]
    fn types_are_found_by_their_name() {
        EventType::ALL.into_iter().for_each(|kind| assert_eq!(EventType::named(kind.name()), Some(kind)));
        assert_eq!(EventType::named("com.rounds.call.submitted.v2"), None);
    }
}
