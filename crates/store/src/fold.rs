//! Names as people type them: without accents, in small letters, and packed into a number that sorts like the name.

use deunicode::deunicode;
use domain::people::Hcp;

/// Letters of the family name and of the given name that fit into a place, and the bits that tell apart people whose
/// names begin alike.
const FAMILY_LETTERS: usize = 8;
const GIVEN_LETTERS: usize = 3;
const BITS_PER_LETTER: u32 = 5;
const BITS_APART: u32 = 8;

/// Words in plain small letters: `Müller` becomes `muller`, and `mueller` as Germans also write it.
pub fn words(texts: &[&str]) -> String {
    let mut words = String::new();
    for text in texts {
        let plain = deunicode(text).to_ascii_lowercase();
        let german = deunicode(&umlauts(text)).to_ascii_lowercase();
        words.push_str(&plain);
        words.push(' ');
        if german != plain {
            words.push_str(&german);
            words.push(' ');
        }
    }
    words
}

/// Letters up to which the index knows every beginning of a word, as `prefix` of `hcp_search` says. A longer
/// beginning would be looked up by reading all that any word beginning so has in the index.
const INDEXED: usize = 8;

/// What a person typed, as queries in which every word may be a beginning.
#[derive(Debug, PartialEq, Eq)]
pub struct Query {
    /// Finds at once all that is wanted, and more when there are long words.
    pub indexed: String,
    /// Finds exactly what is wanted.
    pub exact: String,
    /// The words that the index does not know to their last letter.
    pub long: Vec<String>,
}

/// What a person typed as a query; none when there is no word in it.
pub fn query(typed: &str) -> Option<Query> {
    let plain = deunicode(typed).to_ascii_lowercase();
    let words: Vec<&str> = tokens(&plain).collect();
    let all = |longest: usize| {
        let terms = words.iter().map(|word| format!("\"{}\"*", &word[..word.len().min(longest)]));
        terms.collect::<Vec<_>>().join(" AND ")
    };
    let long = words.iter().filter(|word| word.len() > INDEXED).map(|word| (*word).to_owned()).collect();
    let query = Query { indexed: all(INDEXED), exact: all(usize::MAX), long };
    (!words.is_empty()).then_some(query)
}

/// Whether each of these is the beginning of a word.
pub fn begin_words(words: &str, beginnings: &[String]) -> bool {
    beginnings.iter().all(|beginning| tokens(words).any(|word| word.starts_with(beginning)))
}

/// The words as the index separates them.
fn tokens(plain: &str) -> impl Iterator<Item = &str> {
    plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Where an HCP stands in the order of names. Collisions take the next free place.
pub fn place(hcp: &Hcp) -> i64 {
    let family = codes(&hcp.name.family, FAMILY_LETTERS);
    let given = codes(&hcp.name.given, GIVEN_LETTERS);
    let packed = family.chain(given).fold(0, |packed, code| (packed << BITS_PER_LETTER) | code);
    (packed << BITS_APART) | i64::from(hcp.id.0.as_bytes()[15])
}

/// Codes of the first letters, in the order of the letters; a short name is filled with what comes before all.
fn codes(name: &str, letters: usize) -> impl Iterator<Item = i64> {
    let plain = deunicode(name).to_ascii_lowercase().into_bytes();
    let shown = plain.into_iter().filter(|byte| byte.is_ascii_alphanumeric() || *byte == b' ').map(code);
    shown.chain(std::iter::repeat(0)).take(letters)
}

fn code(byte: u8) -> i64 {
    match byte {
        b'a'..=b'z' => i64::from(byte - b'a') + 2,
        b' ' => 0,
        _ => 1,
    }
}

fn umlauts(text: &str) -> String {
    text.replace(['ä', 'Ä'], "ae").replace(['ö', 'Ö'], "oe").replace(['ü', 'Ü'], "ue")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::HcpId;
    use domain::people::{Country, HcpStatus, PersonName};
    use uuid::Uuid;

    fn named(family: &str, given: &str) -> Hcp {
        Hcp {
            id: HcpId(Uuid::from_u128(9)),
            name: PersonName { title: "Dr".into(), given: given.into(), family: family.into() },
            specialty: "Cardiology".into(),
            tier: None,
            status: HcpStatus::Active,
            country: Country::new("DE").unwrap(),
            city: "Hamburg".into(),
            workplace: None,
            territory: None,
            identifiers: Vec::new(),
        }
    }

    #[test]
    fn places_sort_like_names_whatever_the_accents() {
        let names = ["Abel", "Ädler", "Berg", "Bergmann", "Öztürk", "Weiß", "Zhou"];
        let places: Vec<i64> = names.iter().map(|name| place(&named(name, "Anna"))).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert!(place(&named("Berg", "Anna")) < place(&named("Berg", "Zoe")));
        assert!(place(&named("Albrecht", "Claudia")) < place(&named("Albrecht", "Elif")));
        assert!(place(&named("Zzzzzzzzzz", "Zzz")) > 0);
    }

    #[test]
    fn words_are_found_as_germans_and_others_type_them() {
        assert_eq!(words(&["Jörg Weiß"]), "jorg weiss joerg weiss ");
        let query = query("  Müll, klin ").unwrap();
        assert_eq!(query.exact, r#""mull"* AND "klin"*"#);
        assert_eq!((query.indexed == query.exact, query.long.is_empty()), (true, true));
        assert_eq!(super::query(" -\"*"), None);
    }

    #[test]
    fn a_long_word_is_looked_up_by_its_beginning_and_compared_whole() {
        let query = query("Klinikum Winterberger").unwrap();
        assert_eq!(query.indexed, r#""klinikum"* AND "winterbe"*"#);
        assert_eq!(query.long, ["winterberger"]);
        assert!(begin_words("klinikum winterbergerstein", &query.long));
        assert!(!begin_words("klinikum winterberg", &query.long));
    }
}
