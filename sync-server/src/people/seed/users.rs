//! The demo company's own people: in every territory two reps, a liaison and an account manager; in every
//! country a manager; one administrator.

use super::Ids;
use super::dice::{Dice, Subject};
use super::names;
use domain::ids::{TerritoryId, UserId};
use domain::people::{Colleague, Role, Territory};
use std::collections::BTreeSet;

/// A person of the demo company who signs in. The password is the loader's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoUser {
    /// Who.
    pub id: UserId,
    /// `given.family`, lower-case ASCII, unique.
    pub login: String,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Where; a manager sits in the first territory of the country, an administrator in none.
    pub territory: Option<TerritoryId>,
}

impl DemoUser {
    /// The reference row that colleagues' devices read.
    #[must_use]
    pub fn colleague(&self) -> Colleague {
        Colleague { id: self.id, name: self.name.clone(), role: self.role, territory: self.territory }
    }
}

/// The team of a territory.
const TEAM: [Role; 4] = [Role::Rep, Role::Rep, Role::Msl, Role::Kam];

/// The people whom the README, the screenshots and the tests sign in: the first territory's, then the
/// administrator.
const KNOWN: [(Role, &str, &str); 6] = [
    (Role::Rep, "Jan", "Reuter"),
    (Role::Rep, "Lena", "Vogt"),
    (Role::Msl, "Miriam", "Falk"),
    (Role::Kam, "Tobias", "Wendt"),
    (Role::Manager, "Karin", "Ehlers"),
    (Role::Administrator, "Ines", "Brandt"),
];

pub(super) fn users(ids: &Ids, territories: &[Territory]) -> Vec<DemoUser> {
    let mut hiring = Hiring {
        ids,
        dice: Dice::new(ids, Subject::Users),
        hired: Vec::new(),
        known: KNOWN.iter().collect(),
        logins: KNOWN.iter().map(|(_, given, family)| login(given, family)).collect(),
    };
    let mut countries = BTreeSet::new();
    for territory in territories {
        TEAM.iter().for_each(|role| hiring.hire(*role, Some(territory)));
        if countries.insert(territory.country) {
            hiring.hire(Role::Manager, Some(territory));
        }
    }
    hiring.hire(Role::Administrator, None);
    hiring.hired
}

struct Hiring<'a> {
    ids: &'a Ids,
    dice: Dice,
    hired: Vec<DemoUser>,
    known: Vec<&'static (Role, &'static str, &'static str)>,
    logins: BTreeSet<String>,
}

impl Hiring<'_> {
    fn hire(&mut self, role: Role, territory: Option<&Territory>) {
        let (name, login) = self.take_known(role).unwrap_or_else(|| self.take_new(territory));
        self.hired.push(DemoUser {
            id: UserId(self.ids.of("user", self.hired.len())),
            login,
            name,
            role,
            territory: territory.map(|t| t.id),
        });
    }

    fn take_known(&mut self, role: Role) -> Option<(String, String)> {
        let place = self.known.iter().position(|(known, ..)| *known == role)?;
        let (_, given, family) = self.known.remove(place);
        Some((format!("{given} {family}"), login(given, family)))
    }

    /// Draws until the login is free; there are far more names than colleagues.
    fn take_new(&mut self, territory: Option<&Territory>) -> (String, String) {
        let country = territory.map_or(domain::people::Country::DE, |t| t.country);
        loop {
            let name = names::colleague(country, &mut self.dice);
            let login = login(&name.given, &name.family);
            if self.logins.insert(login.clone()) {
                return (format!("{} {}", name.given, name.family), login);
            }
        }
    }
}

fn login(given: &str, family: &str) -> String {
    let ascii = |c: char| match c {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        'ı' => "i".to_owned(),
        other => other.to_string(),
    };
    format!("{given}.{family}").to_lowercase().chars().map(ascii).collect()
}
