//! Texts in the user's language. The keys are those of the locale files, made into `T` when the crate is built.
//! Words of the trade are in `words`, dates in `dates`.

pub mod dates;
pub mod words;

use std::fmt::Display;
use std::sync::atomic::{AtomicU8, Ordering};

#[allow(clippy::all, reason = "generated")]
mod keys {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub use keys::T;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

/// The language of all texts. Not a signal: a change of language draws the whole page anew.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The first language that the screens have, else English. Tags are like `de-AT`.
    pub fn of(tags: impl IntoIterator<Item = String>) -> Self {
        let known = |tag: String| Self::ALL.into_iter().find(|language| language.speaks(&tag));
        tags.into_iter().find_map(known).unwrap_or(Self::English)
    }

    /// The language's tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The tag of a region where it is spoken, for dates where the browser names none.
    pub fn region(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::German => "de-DE",
        }
    }

    /// A tag like `de-AT` is this language.
    pub fn speaks(self, tag: &str) -> bool {
        tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(self.tag()))
    }

    /// Makes it the language of all texts.
    pub fn make_current(self) {
        CURRENT.store(u8::from(self == Self::German), Ordering::Relaxed);
    }

    /// The language of all texts.
    pub fn current() -> Self {
        if CURRENT.load(Ordering::Relaxed) == 1 { Self::German } else { Self::English }
    }

    fn texts(self) -> &'static [&'static str] {
        match self {
            Self::English => keys::ENGLISH,
            Self::German => keys::GERMAN,
        }
    }
}

/// A text.
pub fn t(text: T) -> &'static str {
    Language::current().texts()[text as usize]
}

/// A text with its `{name}` places filled.
pub fn fill(text: T, values: &[(&str, &dyn Display)]) -> String {
    values.iter().fold(t(text).to_owned(), |filled, (name, value)| {
        filled.replace(&format!("{{{name}}}"), &value.to_string())
    })
}

/// The text for one or for several, with `{n}` filled. English and German need no third form.
pub fn count(n: u32, one: T, other: T) -> String {
    fill(if n == 1 { one } else { other }, &[("n", &n)])
}

/// The text of a key that came from the device, such as `error.locked.what`.
pub fn find(key: &str) -> Option<&'static str> {
    keys::KEYS.binary_search(&key).ok().map(|at| t(keys::ALL[at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::Code;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_language_has_every_text() {
        assert_eq!(keys::MISSING, &[] as &[&str]);
    }

    #[test]
    fn every_language_fills_the_same_places() {
        for (key, (english, german)) in keys::KEYS.iter().zip(keys::ENGLISH.iter().zip(keys::GERMAN)) {
            assert_eq!(places(english), places(german), "{key}");
        }
    }

    #[test]
    fn every_refusal_says_what_happened_and_what_to_do() {
        for code in Code::ALL {
            for part in ["what", "next"] {
                let key = format!("error.{}.{part}", code.text());
                assert!(find(&key).is_some_and(|text| !text.is_empty()), "{key}");
            }
        }
    }

    #[test]
    fn keys_are_sorted_so_that_they_are_found() {
        assert!(keys::KEYS.is_sorted());
        assert_eq!(find("no.such.key"), None);
    }

    #[test]
    fn the_first_language_that_we_have_is_spoken() {
        let tags = |tags: &[&str]| Language::of(tags.iter().map(ToString::to_string));
        assert_eq!(tags(&["fr-FR", "de-AT", "en"]), Language::German);
        assert_eq!(tags(&["EN-us"]), Language::English);
        assert_eq!(tags(&["fr"]), Language::English);
    }

    #[test]
    fn one_and_several_have_their_own_words() {
        assert_eq!(count(1, T::TodayCallsOne, T::TodayCallsOther), "1 call");
        assert_eq!(count(6, T::TodayCallsOne, T::TodayCallsOther), "6 calls");
    }
}
