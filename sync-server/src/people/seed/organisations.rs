//! Hospitals with departments, and practices: 400, in invented places.

use super::Ids;
use super::dice::{Dice, Subject};
use super::territories::{REGIONS, Region};
use domain::ids::OrgId;
use domain::people::{Country, Identifier, Organisation, Territory};

/// Specialties that have a department in every hospital.
pub(super) const DEPARTMENTS: [&str; 5] =
    ["Cardiology", "Nephrology", "Pulmonology", "Internal medicine", "Endocrinology"];
const HOSPITALS: usize = 3;
const PRACTICES: usize = 15;
/// So many territories have one practice more, which makes 400.
const LARGER: usize = 4;

/// How a country names its houses. `front` and `back` make places that do not exist; their lengths must be
/// such that `front + 1` and `back` share no divisor, which makes every place of [`Naming::place`] differ.
struct Naming {
    front: &'static [&'static str],
    back: &'static [&'static str],
    hospital: &'static [&'static str],
    department: &'static str,
    practice: &'static [&'static str],
}

const GERMAN: Naming = Naming {
    front: &[
        "Linden",
        "Ahorn",
        "Kranich",
        "Erlen",
        "Falken",
        "Silber",
        "Hasel",
        "Morgen",
        "Sommer",
        "Stern",
        "Ginster",
        "Wacholder",
    ],
    back: &["see", "brück", "hof", "stein", "moor", "bach", "feld", "tal", "heide"],
    hospital: &["Klinikum {}", "Krankenhaus {}", "Sankt-Elmar-Hospital {}"],
    department: "Klinik für {}",
    practice: &["Praxis am {}", "Hausarztpraxis {}", "Gemeinschaftspraxis {}", "MVZ {}"],
};

const BRITISH: Naming = Naming {
    front: &["Ash", "Thorn", "Elder", "Heron", "Wren", "Larch", "Bram", "Cobble", "Fallow", "Marsh"],
    back: &["mere", "wick", "combe", "holt", "stead", "bourne", "leigh"],
    hospital: &["{} General Hospital", "{} Royal Infirmary", "{} Community Hospital"],
    department: "Department of {}",
    practice: &["{} Surgery", "{} Health Centre", "{} Medical Practice", "{} Family Practice"],
};

const AMERICAN: Naming = Naming {
    front: &[
        "Juniper ", "Cedar ", "Falcon ", "Granite ", "Prairie ", "Harbor ", "Summit ", "Meadow ", "Copper ",
        "Willow ",
    ],
    back: &["Ridge", "Hollow", "Point", "Bend", "Glen", "Crossing", "Bluff", "Landing", "Terrace"],
    hospital: &["{} Medical Center", "{} Memorial Hospital", "{} Regional Hospital"],
    department: "Department of {}",
    practice: &["{} Family Medicine", "{} Physicians Group", "{} Clinic", "{} Medical Associates"],
};

impl Naming {
    fn of(country: Country) -> &'static Self {
        match country {
            Country::DE => &GERMAN,
            Country::GB => &BRITISH,
            _ => &AMERICAN,
        }
    }

    /// The n-th place that does not exist.
    fn place(&self, n: usize) -> String {
        let (front, back) = (n % self.front.len(), (n / self.front.len() + n) % self.back.len());
        format!("{}{}", self.front[front], self.back[back])
    }
}

/// What the houses of one country have used up so far.
struct Builder<'a> {
    ids: &'a Ids,
    dice: Dice,
    built: Vec<Organisation>,
    places: std::collections::BTreeMap<Country, usize>,
}

pub(super) fn organisations(ids: &Ids, territories: &[Territory]) -> Vec<Organisation> {
    let dice = Dice::new(ids, Subject::Organisations);
    let mut builder = Builder { ids, dice, built: Vec::new(), places: std::collections::BTreeMap::new() };
    for (n, region) in REGIONS.iter().enumerate().take(territories.len()) {
        (0..HOSPITALS).for_each(|_| builder.hospital(region));
        (0..PRACTICES + usize::from(n < LARGER)).for_each(|_| builder.practice(region));
    }
    builder.built
}

impl Builder<'_> {
    fn hospital(&mut self, region: &Region) {
        let naming = Naming::of(region.country);
        let pattern = self.dice.word(naming.hospital);
        let town = self.dice.word(region.towns);
        let name = pattern.replace("{}", &self.next_place(region.country));
        let hospital = self.add(name, town, region.country, None);
        for specialty in DEPARTMENTS {
            let name = naming.department.replace("{}", local_name(specialty, region.country));
            self.add(name, town, region.country, Some(hospital));
        }
    }

    fn practice(&mut self, region: &Region) {
        let pattern = self.dice.word(Naming::of(region.country).practice);
        let town = self.dice.word(region.towns);
        let name = pattern.replace("{}", &self.next_place(region.country));
        self.add(name, town, region.country, None);
    }

    fn next_place(&mut self, country: Country) -> String {
        let used = self.places.entry(country).or_default();
        let place = Naming::of(country).place(*used);
        *used += 1;
        place
    }

    fn add(&mut self, name: String, town: &str, country: Country, parent: Option<OrgId>) -> OrgId {
        let n = self.built.len();
        let id = OrgId(self.ids.of("organisation", n));
        let number = Identifier { system: "crm".into(), value: format!("ORG-{n:05}") };
        self.built.push(Organisation {
            id,
            name,
            city: town.to_owned(),
            country,
            parent,
            identifiers: vec![number],
        });
        id
    }
}

/// A specialty as the sign on a department's door says it.
fn local_name(specialty: &'static str, country: Country) -> &'static str {
    match (specialty, country) {
        ("Cardiology", Country::DE) => "Kardiologie",
        ("Nephrology", Country::DE) => "Nephrologie",
        ("Pulmonology", Country::DE) => "Pneumologie",
        ("Internal medicine", Country::DE) => "Innere Medizin",
        ("Endocrinology", Country::DE) => "Endokrinologie",
        ("Internal medicine", _) => "Internal Medicine",
        (specialty, _) => specialty,
    }
}

/// The specialty of a department: departments come in the order of [`DEPARTMENTS`] after their hospital.
pub(super) fn specialty_at(organisations: &[Organisation], place: usize) -> Option<&'static str> {
    let hospital = organisations.get(place)?.parent?;
    let first = organisations.iter().position(|o| o.id == hospital)?;
    DEPARTMENTS.get(place.checked_sub(first + 1)?).copied()
}
