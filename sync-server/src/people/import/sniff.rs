//! What a file is, by its first bytes and not by its name, so that a wrong one is refused before it is read.

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek};

/// So much of a file is looked at.
const HEAD_BYTES: u64 = 64 << 10;

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Nothing in it.
    Empty,
    /// A CSV file with the columns of the NPPES dissemination file.
    NppesCsv,
    /// Another CSV file, perhaps.
    Text,
    /// A zip archive.
    Zip,
    /// A zip archive without an NPPES file in it.
    OtherZip,
    /// A gzip file.
    Gzip,
    /// FHIR resources, one a line.
    FhirNdjson,
    /// A FHIR Bundle.
    FhirBundle,
    /// One FHIR resource, over several lines.
    FhirResource,
    /// JSON that is not FHIR.
    Json,
    /// XML.
    Xml,
    /// UTF-16 text.
    Utf16,
    /// Something else.
    Binary,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::NppesCsv => "an NPPES file in CSV",
            Self::Text => "a text or CSV file of another layout",
            Self::Zip => "a zip archive",
            Self::OtherZip => "a zip archive without an npidata_pfile CSV",
            Self::Gzip => "a gzip file (unpack it first)",
            Self::FhirNdjson => "FHIR in NDJSON",
            Self::FhirBundle => "a FHIR Bundle",
            Self::FhirResource => "a single FHIR resource (put it on one line, or into a Bundle)",
            Self::Json => "JSON that is not FHIR",
            Self::Xml => "XML",
            Self::Utf16 => "UTF-16 text (save it as UTF-8)",
            Self::Binary => "a binary file",
        })
    }
}

/// Looks at a file's beginning and goes back to it.
pub(super) fn kind(open: &mut File) -> std::io::Result<FileKind> {
    let mut head = Vec::new();
    open.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    open.rewind()?;
    Ok(sniff(&head))
}

/// Judges the beginning of a file.
fn sniff(head: &[u8]) -> FileKind {
    match head {
        [] => FileKind::Empty,
        [b'P', b'K', 3 | 5, ..] => FileKind::Zip,
        [0x1f, 0x8b, ..] => FileKind::Gzip,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => FileKind::Utf16,
        _ if head.contains(&0) => FileKind::Binary,
        _ => text(without_bom(head).trim_ascii_start()),
    }
}

/// A text without the mark that some programs put before UTF-8.
pub(super) fn without_bom(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn text(head: &[u8]) -> FileKind {
    match head.first() {
        None => FileKind::Empty,
        Some(b'{' | b'[') => json(head),
        Some(b'<') => FileKind::Xml,
        Some(_)
            if first_line(head)
                .windows(18)
                .any(|w| w == b"\"Entity Type Code\"" || w == b",Entity Type Code,") =>
        {
            FileKind::NppesCsv
        }
        Some(_) => FileKind::Text,
    }
}

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|b| *b == b'\n').next().unwrap_or(head)
}

fn json(head: &[u8]) -> FileKind {
    let line = first_line(head);
    let is_cut = line.len() == head.len();
    let mut top = Top::default();
    // A head that is cut fails in the end; what was seen until then counts.
    let _ = (&mut top).deserialize(&mut serde_json::Deserializer::from_slice(head));
    match top.resource_type.as_deref() {
        Some("Bundle") => FileKind::FhirBundle,
        None if top.has_entries => FileKind::FhirBundle,
        Some(_) if is_cut || serde_json::from_slice::<IgnoredAny>(line).is_ok() => FileKind::FhirNdjson,
        Some(_) => FileKind::FhirResource,
        None => FileKind::Json,
    }
}

/// What the outermost object of a file says of itself.
#[derive(Default)]
struct Top {
    resource_type: Option<String>,
    has_entries: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Top {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Top {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "resourceType" {
                self.resource_type = Some(members.next_value()?);
                return Ok(());
            }
            self.has_entries |= name == "entry";
            members.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_beginning() {
        let cases: [(&[u8], FileKind); 15] = [
            (b"", FileKind::Empty),
            (b"\xef\xbb\xbf \n", FileKind::Empty),
            (b"\"NPI\",\"Entity Type Code\",\"x\"\n", FileKind::NppesCsv),
            (b"NPI,Entity Type Code,x\r\n", FileKind::NppesCsv),
            (b"name;city\n", FileKind::Text),
            (b"PK\x03\x04rest", FileKind::Zip),
            (b"\x1f\x8b\x08", FileKind::Gzip),
            (b"{\"resourceType\":\"Practitioner\",\"id\":\"1\"}\n{", FileKind::FhirNdjson),
            (b"\xef\xbb\xbf{\n \"resourceType\" : \"Bundle\",", FileKind::FhirBundle),
            (b"{\n \"resourceType\": \"Practitioner\"\n}\n", FileKind::FhirResource),
            (b"{\"entry\":[{\"resource\":{\"resourceType\":\"Practitioner\"", FileKind::FhirBundle),
            (b"[1,2]", FileKind::Json),
            (b"<Bundle/>", FileKind::Xml),
            (b"\xff\xfeN\0P\0", FileKind::Utf16),
            (b"%PDF\0", FileKind::Binary),
        ];
        for (head, kind) in cases {
            assert_eq!(sniff(head), kind, "{}", String::from_utf8_lossy(head));
        }
    }
}
