//! Which part of a piece is wanted (RFC 9110, section 14). One range is honoured; several, and what cannot be
//! understood, get the whole.

use std::ops::Range;

/// What a request gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// It asks for bytes that are not there.
    Beyond,
}

/// Reads the value of the header `Range` for so many bytes.
pub fn part(header: Option<&str>, length: usize) -> Part {
    let range = header.and_then(|text| text.strip_prefix("bytes=")?.trim().split_once('-'));
    let Some((from, to)) = range.filter(|_| length > 0) else { return Part::Whole };
    match (number(from), number(to)) {
        (Some(first), Some(last)) if last < first => Part::Whole,
        (Some(first), Some(_)) if first >= length => Part::Beyond,
        (Some(first), Some(last)) => Part::Bytes(first..last.saturating_add(1).min(length)),
        (Some(first), None) if to.is_empty() && first >= length => Part::Beyond,
        (Some(first), None) if to.is_empty() => Part::Bytes(first..length),
        (None, Some(0)) if from.is_empty() => Part::Beyond,
        (None, Some(most)) if from.is_empty() => Part::Bytes(length.saturating_sub(most)..length),
        _ => Part::Whole,
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_was_asked_for_and_no_more_than_there_is() {
        let of = |text| part(Some(text), 100);
        assert_eq!(part(None, 100), Part::Whole);
        assert_eq!(of("bytes=10-19"), Part::Bytes(10..20));
        assert_eq!(of("bytes=10-"), Part::Bytes(10..100));
        assert_eq!(of("bytes=-10"), Part::Bytes(90..100));
        assert_eq!(of("bytes=-1000"), Part::Bytes(0..100));
        assert_eq!(of("bytes=90-1000"), Part::Bytes(90..100));
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(of(beyond), Part::Beyond, "{beyond}");
        }
        for whole in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-x",
            "bytes=20-10",
            "bytes=1-2,5-6",
            "lines=1-2",
        ] {
            assert_eq!(of(whole), Part::Whole, "{whole}");
        }
    }
}
