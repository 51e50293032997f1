//! Names of invented people, towns, hospitals and practices, in great number. Like real ones, a few are very common
//! and most are rare: that is what makes searching hard.

use domain::people::Country;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sync_server::people::seed;

/// Beginnings of families and towns.
const BEGINNINGS: [&str; 48] = [
    "Berg", "Stein", "Linden", "Wald", "Schnee", "Adler", "Birken", "Buchen", "Eichen", "Falken", "Gruen",
    "Hasel", "Heide", "Hirsch", "Kirch", "Klein", "Lang", "Neu", "Ober", "Unter", "Rosen", "Sand", "Schoen",
    "Schwarz", "Silber", "Sommer", "Winter", "Sonnen", "Thal", "Vogel", "Weiden", "Weiss", "Wolf", "Ash",
    "Black", "Brook", "Clear", "Fair", "Green", "Hart", "Kings", "Maple", "North", "Oak", "Red", "Spring",
    "Stone", "White",
];
const MIDDLES: [&str; 24] = [
    "", "en", "er", "el", "in", "ing", "es", "s", "ler", "ner", "ber", "ger", "ster", "den", "len", "ken",
    "ner", "ter", "al", "ar", "il", "on", "or", "un",
];
const FAMILY_ENDS: [&str; 20] = [
    "mann", "bach", "hof", "meier", "feld", "berger", "huber", "hauser", "brink", "kamp", "mueller",
    "schmidt", "son", "ton", "field", "ford", "well", "wood", "worth", "stad",
];
const TOWN_ENDS: [&str; 16] = [
    "stadt", "burg", "hausen", "dorf", "heim", "furt", "see", "tal", "ville", "ford", "ham", "port", "bury",
    "mouth", "dale", "bridge",
];
/// Where given names are drawn from.
const CULTURES: [Country; 3] = [Country::DE, Country::GB, Country::US];
/// Specialties, the most frequent first.
pub const SPECIALTIES: [&str; 40] = [
    "General Practice",
    "Internal Medicine",
    "Family Medicine",
    "Paediatrics",
    "Cardiology",
    "Psychiatry",
    "Anaesthesiology",
    "Emergency Medicine",
    "Gynaecology and Obstetrics",
    "General Surgery",
    "Orthopaedic Surgery",
    "Dermatology",
    "Neurology",
    "Radiology",
    "Gastroenterology",
    "Ophthalmology",
    "Urology",
    "Oncology",
    "Haematology",
    "Pulmonology",
    "Nephrology",
    "Endocrinology",
    "Rheumatology",
    "Otorhinolaryngology",
    "Infectious Diseases",
    "Geriatrics",
    "Pathology",
    "Plastic Surgery",
    "Vascular Surgery",
    "Thoracic Surgery",
    "Neurosurgery",
    "Child Psychiatry",
    "Palliative Medicine",
    "Sports Medicine",
    "Allergology",
    "Nuclear Medicine",
    "Medical Genetics",
    "Occupational Medicine",
    "Clinical Pharmacology",
    "Tropical Medicine",
];

/// A number below `n`, the small ones much more often: like words of a language, the second is half as frequent as
/// the first (Zipf's law), in steps of powers of two.
pub fn common(dice: &mut ChaCha8Rng, n: usize) -> usize {
    let steps = usize::BITS - n.leading_zeros();
    loop {
        let least = 1_usize << dice.random_range(0..steps);
        let drawn = least + dice.random_range(0..least) - 1;
        if drawn < n {
            return drawn;
        }
    }
}

fn of<'a>(words: &[&'a str], n: usize) -> (&'a str, usize) {
    (words[n % words.len()], n / words.len())
}

/// The family of a number: 23,040 of them.
#[must_use]
pub fn family(n: usize) -> String {
    let (begin, rest) = of(&BEGINNINGS, n);
    let (end, rest) = of(&FAMILY_ENDS, rest);
    format!("{begin}{}{end}", of(&MIDDLES, rest).0)
}

/// The town of a number: 18,432 of them.
#[must_use]
pub fn town(n: usize) -> String {
    let (begin, rest) = of(&BEGINNINGS, n);
    let (end, rest) = of(&TOWN_ENDS, rest);
    format!("{begin}{}{end}", of(&MIDDLES, rest).0)
}

/// A given name, of those that the demo company has too.
pub fn given(dice: &mut ChaCha8Rng) -> &'static str {
    let sexes = seed::names::given(CULTURES[dice.random_range(0..CULTURES.len())]);
    let names = sexes[dice.random_range(0..sexes.len())];
    names[dice.random_range(0..names.len())]
}

/// A workplace's name in a town.
pub fn workplace(dice: &mut ChaCha8Rng, town: &str) -> String {
    let family = family(common(dice, 20_000));
    match dice.random_range(0..10) {
        0..4 => format!("Praxis {family}"),
        4..6 => format!("Klinikum {town}"),
        6 => format!("Universitaetsklinik {town}"),
        7 => format!("{family} Health Center"),
        8 => format!("{town} Medical Group"),
        _ => format!("Gemeinschaftspraxis {family} und {}", self::family(common(dice, 20_000))),
    }
}
