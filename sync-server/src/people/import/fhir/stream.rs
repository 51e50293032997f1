//! The entries of an NDJSON file or a Bundle, one at a time: an entry is forgotten before the next one is read.

use super::Found;
use super::resource::{Entry, Resource};
use crate::people::import::ImportError;
use crate::people::import::meter::{Allowance, metered};
use crate::people::import::report::{Code, Finding};
use crate::people::import::sniff::{self, FileKind};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// What is done with each entry and its place: a line of an NDJSON file or the place in a Bundle, from 1.
pub(super) type Visit<'a> = dyn FnMut(u64, Found) -> Result<(), ImportError> + 'a;

/// Reads a file from beginning to end.
pub(super) fn entries(file: &Path, visit: &mut Visit<'_>) -> Result<(), ImportError> {
    let io = |source| ImportError::Read { file: file.to_owned(), source };
    let mut open = File::open(file).map_err(io)?;
    let expected = "FHIR R4 as NDJSON or a Bundle";
    let read = match sniff::kind(&mut open).map_err(io)? {
        FileKind::FhirNdjson => lines(open, visit),
        FileKind::FhirBundle => bundle(open, visit),
        found => return Err(ImportError::OtherFormat { file: file.to_owned(), found, expected }),
    };
    read.map_err(|stop| stop.about(file))
}

/// Why reading ends early.
pub(super) enum Stop {
    /// The visitor said so.
    Visit(ImportError),
    /// The file is damaged after this entry.
    Damaged(u64, String),
}

impl Stop {
    fn about(self, file: &Path) -> ImportError {
        match self {
            Self::Visit(error) => error,
            Self::Damaged(after, what) => ImportError::Damaged { file: file.to_owned(), after, what },
        }
    }
}

pub(super) fn lines(from: impl Read, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let (from, allowance) = metered(from);
    let mut reader = BufReader::with_capacity(64 << 10, from);
    let mut line = Vec::new();
    for place in 1.. {
        allowance.renew();
        line.clear();
        let read = reader.read_until(b'\n', &mut line);
        if read.map_err(|error| Stop::Damaged(place - 1, error.to_string()))? == 0 {
            return Ok(());
        }
        let text = sniff::without_bom(&line).trim_ascii();
        if !text.is_empty() {
            visit(place, read_line(text)).map_err(Stop::Visit)?;
        }
    }
    Ok(())
}

fn read_line(text: &[u8]) -> Found {
    let json = serde_json::from_slice(text).map_err(|error| Finding::new(Code::Shape, error.to_string()))?;
    Ok(Entry { full_url: None, resource: Resource::read(json)? })
}

pub(super) fn bundle(from: impl Read, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let mut from = BufReader::with_capacity(64 << 10, from);
    skip_bom(&mut from).map_err(|error| Stop::Damaged(0, error.to_string()))?;
    let (from, allowance) = metered(from);
    let mut reading = Reading { visit, allowance, place: 0, stopped: None };
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = (&mut reading).deserialize(&mut json).and_then(|()| json.end());
    match (read, reading.stopped) {
        (_, Some(error)) => Err(Stop::Visit(error)),
        (Err(error), None) => Err(Stop::Damaged(reading.place, error.to_string())),
        (Ok(()), None) => Ok(()),
    }
}

/// Passes over the mark that some programs put before UTF-8.
fn skip_bom(from: &mut impl BufRead) -> std::io::Result<()> {
    let head = from.fill_buf()?;
    let mark = head.len() - sniff::without_bom(head).len();
    from.consume(mark);
    Ok(())
}

/// A Bundle that is being read.
struct Reading<'a, 'v> {
    visit: &'a mut Visit<'v>,
    allowance: Allowance,
    place: u64,
    stopped: Option<ImportError>,
}

impl<'de> DeserializeSeed<'de> for &mut Reading<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Reading<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FHIR Bundle")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut is_bundle = false;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "resourceType" => is_bundle = members.next_value::<String>()? == "Bundle",
                "entry" => members.next_value_seed(Entries(self))?,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        if is_bundle { Ok(()) } else { Err(A::Error::custom("not a Bundle")) }
    }
}

/// The member `entry`.
struct Entries<'r, 'a, 'v>(&'r mut Reading<'a, 'v>);

impl<'de> DeserializeSeed<'de> for Entries<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a FHIR Bundle")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let reading = self.0;
        reading.allowance.renew();
        while let Some(json) = entries.next_element::<Value>()? {
            reading.allowance.renew();
            reading.place += 1;
            if let Err(error) = (reading.visit)(reading.place, read_entry(json)) {
                reading.stopped = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BundleEntry {
    full_url: Option<String>,
    resource: Value,
}

fn read_entry(json: Value) -> Found {
    let entry: BundleEntry =
        serde_json::from_value(json).map_err(|error| Finding::new(Code::Shape, error.to_string()))?;
    Ok(Entry { full_url: entry.full_url, resource: Resource::read(entry.resource)? })
}
