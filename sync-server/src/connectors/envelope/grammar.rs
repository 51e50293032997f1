//! The rules for single values: attribute names, allowed characters, RFC 3339 times, RFC 3986 URIs,
//! RFC 2046 media types. Everything here is a pure judgement of a text.

use super::{Draft, Extension, Flaw};
use chrono::{DateTime, Utc};

/// Names that an extension cannot have, because the format means something else by them.
const RESERVED: [&str; 9] =
    ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"];

/// Judges a whole draft.
pub(super) fn check(draft: &Draft) -> Result<(), Flaw> {
    let texts = [
        ("id", Some(&draft.id)),
        ("source", Some(&draft.source)),
        ("type", Some(&draft.event_type)),
        ("subject", draft.subject.as_ref()),
        ("datacontenttype", draft.data_content_type.as_ref()),
        ("dataschema", draft.data_schema.as_ref()),
    ];
    texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .try_for_each(|(name, text)| filled(name, text))?;
    obeys(is_uri_reference(&draft.source), "source", "a URI reference (RFC 3986)")?;
    let schema_ok = draft.data_schema.as_deref().is_none_or(is_uri);
    obeys(schema_ok, "dataschema", "a URI (RFC 3986)")?;
    let media_type_ok = draft.data_content_type.as_deref().is_none_or(is_media_type);
    obeys(media_type_ok, "datacontenttype", "a media type (RFC 2046)")?;
    draft.extensions.iter().try_for_each(|(name, value)| extension(name, value))
}

fn obeys(holds: bool, name: &'static str, expected: &'static str) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(Flaw::Grammar { name, expected }) }
}

fn filled(name: &str, text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        return Err(Flaw::Empty(name.to_owned()));
    }
    allowed(name, text)
}

fn allowed(name: &str, text: &str) -> Result<(), Flaw> {
    let is_noncharacter =
        |c: char| matches!(u32::from(c), 0xFDD0..=0xFDEF) || u32::from(c) & 0xFFFE == 0xFFFE;
    let forbidden = text.chars().any(|c| c.is_control() || is_noncharacter(c));
    if forbidden { Err(Flaw::Character(name.to_owned())) } else { Ok(()) }
}

fn extension(name: &str, value: &Extension) -> Result<(), Flaw> {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if name.is_empty() || !plain || RESERVED.contains(&name) {
        return Err(Flaw::Name(name.to_owned()));
    }
    match value {
        Extension::Text(text) => allowed(name, text),
        Extension::Boolean(_) | Extension::Integer(_) => Ok(()),
    }
}

/// Reads an RFC 3339 time. The shape is checked first, because `chrono` also takes spaces for the `T`.
pub(super) fn timestamp(text: &str) -> Result<DateTime<Utc>, Flaw> {
    let wrong = || Flaw::Grammar { name: "time", expected: "an RFC 3339 time" };
    if !has_time_shape(text.as_bytes()) {
        return Err(wrong());
    }
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).map_err(|_| wrong())
}

fn has_time_shape(text: &[u8]) -> bool {
    let Some((fixed, rest)) = text.split_at_checked(19) else { return false };
    let digits_from = rest.strip_prefix(b".");
    let fraction = digits_from.map_or(0, |d| d.iter().take_while(|b| b.is_ascii_digit()).count());
    let zone = match digits_from {
        Some(_) if fraction == 0 => return false,
        Some(digits) => &digits[fraction..],
        None => rest,
    };
    looks_like(fixed, b"0000-00-00T00:00:00") && (looks_like(zone, b"Z") || is_offset(zone))
}

fn is_offset(zone: &[u8]) -> bool {
    let shaped = looks_like(zone, b"+00:00") || looks_like(zone, b"-00:00");
    shaped && &zone[1..3] <= b"23".as_slice() && &zone[4..6] <= b"59".as_slice()
}

/// `0` in the pattern stands for any digit; letters match in either case.
fn looks_like(text: &[u8], pattern: &[u8]) -> bool {
    let fits = |(t, p): (&u8, &u8)| if *p == b'0' { t.is_ascii_digit() } else { t.eq_ignore_ascii_case(p) };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

fn is_uri(text: &str) -> bool {
    is_uri_reference(text) && scheme(text).is_some_and(is_scheme)
}

/// RFC 3986, section 4.1, down to the characters of each part.
fn is_uri_reference(text: &str) -> bool {
    if scheme(text).is_some_and(|scheme| !is_scheme(scheme)) {
        return false;
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let after_scheme = scheme(hierarchy).map_or(hierarchy, |scheme| &hierarchy[scheme.len() + 1..]);
    let (authority, path) = match after_scheme.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", after_scheme),
    };
    has_only(fragment, b":@/?")
        && has_only(query, b":@/?")
        && has_only(path, b":@/")
        && is_authority(authority)
}

/// What stands before a colon that comes before any slash, question mark or hash.
fn scheme(text: &str) -> Option<&str> {
    let end = text.find([':', '/', '?', '#'])?;
    text[end..].starts_with(':').then(|| &text[..end])
}

fn is_scheme(text: &str) -> bool {
    let tail = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(tail)
}

fn is_authority(text: &str) -> bool {
    let (user, host_port) = text.rsplit_once('@').unwrap_or(("", text));
    let Some(literal) = host_port.strip_prefix('[') else {
        let (host, port) = host_port.split_once(':').unwrap_or((host_port, ""));
        return has_only(user, b":") && has_only(host, b"") && is_port(port);
    };
    let Some((address, port)) = literal.split_once(']') else { return false };
    let port = port.strip_prefix(':').or(port.is_empty().then_some(""));
    has_only(user, b":") && address.parse::<std::net::Ipv6Addr>().is_ok() && port.is_some_and(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Unreserved characters, sub-delimiters, percent-encoded bytes, and `also`.
fn has_only(text: &str, also: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let plain =
            byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) || also.contains(&byte);
        let mut hex = || bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        let encoded = byte == b'%' && hex() && hex();
        if !plain && !encoded {
            return false;
        }
    }
    true
}

/// `type/subtype` and parameters, RFC 2045 section 5.1 and RFC 2046.
fn is_media_type(text: &str) -> bool {
    let (essence, parameters) = text.split_once(';').map_or((text, None), |(e, p)| (e, Some(p)));
    let Some((kind, subtype)) = essence.trim_end().split_once('/') else { return false };
    is_token(kind) && is_token(subtype) && parameters.is_none_or(are_parameters)
}

/// `name=value` or `name="quoted; value"`, separated by semicolons.
fn are_parameters(text: &str) -> bool {
    let Some((name, value)) = text.trim_start().split_once('=') else { return false };
    let (value_ok, rest) = match value.strip_prefix('"') {
        Some(quoted) => quoted_end(quoted).map_or((false, ""), |end| (true, &quoted[end + 1..])),
        None => {
            let (token, rest) = value.split_at(value.find(';').unwrap_or(value.len()));
            (is_token(token.trim_end()), rest)
        }
    };
    let rest = rest.trim_start();
    let rest_ok = rest.is_empty() || rest.strip_prefix(';').is_some_and(are_parameters);
    is_token(name) && value_ok && rest_ok
}

/// Where a quoted text ends; a backslash takes the next character as it is.
fn quoted_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(judge: fn(&str) -> bool, right: &[&str], wrong: &[&str]) {
        right.iter().for_each(|text| assert!(judge(text), "{text:?} is right"));
        wrong.iter().for_each(|text| assert!(!judge(text), "{text:?} is wrong"));
    }

    #[test]
    fn uri_references_are_judged_part_by_part() {
        let right = [
            "#fragment",
            "/rounds/eu",
            "//authority/path",
            "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
            "a/b:c",
            "https://u:p@[2001:db8::1]:8443/a%20b?q=1/2#f",
            "mailto:a@b.example",
            "?only=query",
            "",
        ];
        let wrong = [
            "a b",
            "1x:y",
            ":x",
            "http://[::zz]/",
            "http://[::1",
            "http://host:port/",
            "%zz",
            "a#b#c",
            "ümlaut",
            "http://a[b",
            "x%2",
            "{id}",
        ];
        all(is_uri_reference, &right, &wrong);
        all(is_uri, &["https://cloudevents.io", "urn:x:y"], &["//authority/path", "schema.json", "#f"]);
    }

    #[test]
    fn media_types_are_judged_with_their_parameters() {
        let right = [
            "text/plain",
            "application/vnd.rounds.call+json; charset=utf-8",
            r#"a/b;x="y;\" z" ; q=1"#,
            "a/b ; c=d",
        ];
        let wrong = [
            "xyz",
            "",
            "/plain",
            "text/",
            "te xt/plain",
            "text/plain;",
            "text/plain; charset",
            r#"a/b;x="y"#,
        ];
        all(is_media_type, &right, &wrong);
    }

    #[test]
    fn times_are_those_of_rfc_3339_and_no_others() {
        let reads = |text: &str| timestamp(text).is_ok();
        let right = ["2018-04-05T17:31:00Z", "2018-04-05t17:31:00.123456789012z", "2016-12-31T23:59:60Z"];
        let wrong = [
            "2018-04-05 17:31:00Z",
            "2018-04-05T17:31:00",
            "2018-04-05T17:31:00.Z",
            "2018-04-05T17:31:00+24:00",
            "2018-04-05T17:31:00+05:60",
            "2018-02-30T17:31:00Z",
            "2018-04-05T25:31:00Z",
            "+2018-04-05T17:31:00Z",
            "",
        ];
        all(reads, &right, &wrong);
    }
}
