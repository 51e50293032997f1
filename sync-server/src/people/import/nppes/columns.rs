//! Where the columns are that the import reads. Their names come from the NPPES file's own header.

use csv::ByteRecord;

/// Columns of the import. [`NAMES`] has the name of each, in this order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Npi,
    EntityType,
    OrganisationName,
    FamilyName,
    GivenName,
    MiddleName,
    NamePrefix,
    PracticeCity,
    PracticeState,
    PracticeCountry,
    DeactivationDate,
    ReactivationDate,
}

/// Names of the columns that the import needs, beside those of taxonomies.
pub const NAMES: [&str; 12] = [
    "NPI",
    "Entity Type Code",
    "Provider Organization Name (Legal Business Name)",
    "Provider Last Name (Legal Name)",
    "Provider First Name",
    "Provider Middle Name",
    "Provider Name Prefix Text",
    "Provider Business Practice Location Address City Name",
    "Provider Business Practice Location Address State Name",
    "Provider Business Practice Location Address Country Code (If outside U.S.)",
    "NPI Deactivation Date",
    "NPI Reactivation Date",
];

/// Taxonomies come in fifteen pairs of code and switch, numbered from 1; at least the first is needed.
const TAXONOMIES: usize = 15;
const CODE: &str = "Healthcare Provider Taxonomy Code_";
const SWITCH: &str = "Healthcare Provider Primary Taxonomy Switch_";
/// Names of the first pair.
pub const FIRST_TAXONOMY: [&str; 2] =
    ["Healthcare Provider Taxonomy Code_1", "Healthcare Provider Primary Taxonomy Switch_1"];

/// Places of the columns in one file.
pub(super) struct Columns {
    places: [usize; 12],
    taxonomies: Vec<(usize, usize)>,
    count: usize,
}

impl Columns {
    /// Finds every column, or says which are missing.
    pub(super) fn find(header: &ByteRecord) -> Result<Self, Vec<&'static str>> {
        let place = |name: &str| header.iter().position(|field| field.trim_ascii() == name.as_bytes());
        let found = NAMES.map(place);
        let missing: Vec<_> =
            NAMES.into_iter().zip(found).filter(|(_, at)| at.is_none()).map(|(name, _)| name).collect();
        let pair = |n| {
            let code = place(&format!("{CODE}{n}"))?;
            Some((code, place(&format!("{SWITCH}{n}"))?))
        };
        let taxonomies: Vec<_> = (1..=TAXONOMIES).map_while(pair).collect();
        match (missing.is_empty(), taxonomies.is_empty()) {
            (true, true) => Err(vec![FIRST_TAXONOMY[0]]),
            (false, _) => Err(missing),
            (true, false) => {
                Ok(Self { places: found.map(Option::unwrap_or_default), taxonomies, count: header.len() })
            }
        }
    }

    /// Fields in the header.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn get<'r>(&self, record: &'r ByteRecord, column: Column) -> &'r [u8] {
        record.get(self.places[column as usize]).unwrap_or_default().trim_ascii()
    }

    /// The code that is switched to primary, else the first one that is filled.
    pub(super) fn primary_taxonomy<'r>(&self, record: &'r ByteRecord) -> &'r [u8] {
        let field = |at: usize| record.get(at).unwrap_or_default().trim_ascii();
        let primary = self.taxonomies.iter().find(|(_, switch)| field(*switch) == b"Y");
        let filled = || self.taxonomies.iter().find(|(code, _)| !field(*code).is_empty());
        primary.or_else(filled).map(|(code, _)| field(*code)).unwrap_or_default()
    }
}
