//! Where the demo company works: five territories in Germany, three in the United Kingdom, four in the United
//! States. Towns are real, so that people find their way; nothing else is.

use super::Ids;
use domain::ids::TerritoryId;
use domain::people::{Country, Territory};

/// A territory before it has an id.
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) country: Country,
    pub(super) towns: &'static [&'static str],
}

const fn region(country: Country, name: &'static str, towns: &'static [&'static str]) -> Region {
    Region { name, country, towns }
}

/// Every region, in the order of the territories.
pub(super) const REGIONS: [Region; 12] = [
    region(Country::DE, "Hamburg North", &["Hamburg", "Norderstedt", "Pinneberg", "Lübeck"]),
    region(Country::DE, "Rhine and Ruhr", &["Köln", "Düsseldorf", "Essen", "Dortmund"]),
    region(Country::DE, "Berlin and Brandenburg", &["Berlin", "Potsdam", "Bernau", "Cottbus"]),
    region(Country::DE, "Bavaria South", &["München", "Augsburg", "Rosenheim", "Kempten"]),
    region(Country::DE, "Saxony", &["Leipzig", "Dresden", "Chemnitz", "Görlitz"]),
    region(Country::GB, "London South", &["London", "Croydon", "Bromley", "Kingston upon Thames"]),
    region(Country::GB, "Greater Manchester", &["Manchester", "Salford", "Stockport", "Bolton"]),
    region(Country::GB, "Scotland East", &["Edinburgh", "Dundee", "Perth", "Kirkcaldy"]),
    region(Country::US, "Boston Metro", &["Boston", "Cambridge", "Quincy", "Newton"]),
    region(Country::US, "New Jersey North", &["Newark", "Paterson", "Clifton", "Hoboken"]),
    region(Country::US, "Chicago Lakeside", &["Chicago", "Evanston", "Skokie", "Oak Park"]),
    region(Country::US, "Austin and Hill Country", &["Austin", "Round Rock", "San Marcos", "Georgetown"]),
];

pub(super) fn territories(ids: &Ids) -> Vec<Territory> {
    let territory = |(n, region): (usize, &Region)| Territory {
        id: TerritoryId(ids.of("territory", n)),
        name: region.name.to_owned(),
        country: region.country,
    };
    REGIONS.iter().enumerate().map(territory).collect()
}
