//! What people type when they look for somebody, letter by letter.

use crate::crowd::Crowd;
use domain::people::Hcp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Letters after which a person would have picked somebody from the list.
const LONGEST: usize = 18;
const SEED: u64 = 11;

/// Everything that stands in the search field while so many people are looked for, one text per keystroke.
#[must_use]
pub fn keystrokes(crowd: &Crowd, people: usize) -> Vec<String> {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let mut typed = Vec::new();
    for _ in 0..people {
        let wanted = crowd.hcp(dice.random_range(0..crowd.size()));
        let phrase = phrase(&mut dice, crowd, &wanted).to_lowercase();
        let letters: Vec<char> = phrase.chars().take(LONGEST).collect();
        let texts = (1..=letters.len()).map(|n| letters[..n].iter().collect::<String>());
        typed.extend(texts.filter(|text| !text.ends_with(' ')));
    }
    typed
}

/// What somebody types to find this person.
fn phrase(dice: &mut ChaCha8Rng, crowd: &Crowd, wanted: &Hcp) -> String {
    let (family, given) = (&wanted.name.family, &wanted.name.given);
    let (town, specialty) = (&wanted.city, &wanted.specialty);
    match dice.random_range(0..100) {
        0..30 => family.clone(),
        30..42 => format!("{given} {family}"),
        42..50 => format!("{family} {given}"),
        50..60 => town.clone(),
        60..70 => specialty.clone(),
        70..78 => format!("{town} {specialty}"),
        78..86 => format!("{family} {town}"),
        // Two words of which each alone is very common.
        86..92 => format!("{} {}", beginning(given), beginning(town)),
        92..97 => crowd.workplace(wanted).map(|place| place.name.clone()).unwrap_or_default(),
        _ => wanted.identifiers.first().map(|number| number.value.clone()).unwrap_or_default(),
    }
}

fn beginning(word: &str) -> &str {
    word.get(..2).unwrap_or(word)
}
