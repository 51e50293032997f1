//! A synthetic file in the layout of the monthly NPPES file: 330 columns by their header names, every field quoted,
//! most of them empty, as in the real one.

use crate::names;
use anyhow::{Context, Result};
use domain::people::Npi;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const SEED: u64 = 5;
const FAMILIES: usize = 23_000;
const TOWNS: usize = 18_000;

/// Columns before the taxonomies.
const FIRST: [&str; 47] = [
    "NPI",
    "Entity Type Code",
    "Replacement NPI",
    "Employer Identification Number (EIN)",
    "Provider Organization Name (Legal Business Name)",
    "Provider Last Name (Legal Name)",
    "Provider First Name",
    "Provider Middle Name",
    "Provider Name Prefix Text",
    "Provider Name Suffix Text",
    "Provider Credential Text",
    "Provider Other Organization Name",
    "Provider Other Organization Name Type Code",
    "Provider Other Last Name",
    "Provider Other First Name",
    "Provider Other Middle Name",
    "Provider Other Name Prefix Text",
    "Provider Other Name Suffix Text",
    "Provider Other Credential Text",
    "Provider Other Last Name Type Code",
    "Provider First Line Business Mailing Address",
    "Provider Second Line Business Mailing Address",
    "Provider Business Mailing Address City Name",
    "Provider Business Mailing Address State Name",
    "Provider Business Mailing Address Postal Code",
    "Provider Business Mailing Address Country Code (If outside U.S.)",
    "Provider Business Mailing Address Telephone Number",
    "Provider Business Mailing Address Fax Number",
    "Provider First Line Business Practice Location Address",
    "Provider Second Line Business Practice Location Address",
    "Provider Business Practice Location Address City Name",
    "Provider Business Practice Location Address State Name",
    "Provider Business Practice Location Address Postal Code",
    "Provider Business Practice Location Address Country Code (If outside U.S.)",
    "Provider Business Practice Location Address Telephone Number",
    "Provider Business Practice Location Address Fax Number",
    "Provider Enumeration Date",
    "Last Update Date",
    "NPI Deactivation Reason Code",
    "NPI Deactivation Date",
    "NPI Reactivation Date",
    "Provider Gender Code",
    "Authorized Official Last Name",
    "Authorized Official First Name",
    "Authorized Official Middle Name",
    "Authorized Official Title or Position",
    "Authorized Official Telephone Number",
];
const TAXONOMIES: usize = 15;
const TAXONOMY: [&str; 4] = [
    "Healthcare Provider Taxonomy Code",
    "Provider License Number",
    "Provider License Number State Code",
    "Healthcare Provider Primary Taxonomy Switch",
];
const OTHER_IDENTIFIERS: usize = 50;
const OTHER_IDENTIFIER: [&str; 4] = [
    "Other Provider Identifier",
    "Other Provider Identifier Type Code",
    "Other Provider Identifier State",
    "Other Provider Identifier Issuer",
];
const LAST: [&str; 7] = [
    "Is Sole Proprietor",
    "Is Organization Subpart",
    "Parent Organization LBN",
    "Parent Organization TIN",
    "Authorized Official Name Prefix Text",
    "Authorized Official Name Suffix Text",
    "Authorized Official Credential Text",
];
const STATES: [&str; 8] = ["CA", "TX", "NY", "FL", "IL", "OH", "WA", "MA"];
const CODES: [&str; 8] = [
    "207R00000X",
    "207Q00000X",
    "363LF0000X",
    "1041C0700X",
    "207RC0000X",
    "2084P0800X",
    "225100000X",
    "111N00000X",
];

/// The names of all columns, in order.
#[must_use]
pub fn header() -> Vec<String> {
    let numbered = |names: [&'static str; 4], count| {
        (1..=count).flat_map(move |n| names.map(|name| format!("{name}_{n}")))
    };
    let groups = (1..=TAXONOMIES).map(|n| format!("Healthcare Provider Taxonomy Group_{n}"));
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    named(&FIRST)
        .into_iter()
        .chain(numbered(TAXONOMY, TAXONOMIES))
        .chain(numbered(OTHER_IDENTIFIER, OTHER_IDENTIFIERS))
        .chain(named(&LAST))
        .chain(groups)
        .chain(["Certification Date".to_owned()])
        .collect()
}

/// Writes a file with so many rows.
pub fn write(path: &Path, rows: usize) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let header = header();
    writeln!(out, "\"{}\"", header.join("\",\""))?;
    let places: HashMap<&str, usize> = header.iter().map(String::as_str).zip(0..).collect();
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    for n in 0..rows {
        let mut fields = vec![String::new(); header.len()];
        for (name, value) in row(&mut dice, n) {
            fields[*places.get(name).context("no such column")?] = value;
        }
        writeln!(out, "\"{}\"", fields.join("\",\""))?;
    }
    Ok(out.flush()?)
}

/// The filled fields of a row: three persons to one organisation, and now and then a number that was taken back.
fn row(dice: &mut ChaCha8Rng, n: usize) -> Vec<(&'static str, String)> {
    let npi = Npi::from_stem(n as u64 * 113).to_string();
    if n % 40 == 39 {
        return vec![("NPI", npi), ("NPI Deactivation Date", "05/01/2020".to_owned())];
    }
    let family = names::family(names::common(dice, FAMILIES)).to_uppercase();
    let mut row = match n % 4 {
        3 => vec![
            ("Entity Type Code", "2".to_owned()),
            ("Provider Organization Name (Legal Business Name)", format!("{family} HEALTH CENTER, LLC")),
            ("Authorized Official Last Name", family),
        ],
        _ => vec![
            ("Entity Type Code", "1".to_owned()),
            ("Provider Last Name (Legal Name)", family),
            ("Provider First Name", names::given(dice).to_uppercase()),
            ("Provider Credential Text", "M.D.".to_owned()),
            ("Provider Gender Code", "F".to_owned()),
        ],
    };
    row.push(("NPI", npi));
    row.extend(address(dice));
    row.extend(licence(dice));
    row
}

fn address(dice: &mut ChaCha8Rng) -> Vec<(&'static str, String)> {
    let (street, telephone) =
        (dice.random_range(1..9_999), dice.random_range(2_000_000_000_u64..9_999_999_999));
    let (street, telephone) = (format!("{street} MAIN ST STE {}", street % 400), telephone.to_string());
    let town = names::town(names::common(dice, TOWNS)).to_uppercase();
    let state = STATES[dice.random_range(0..STATES.len())].to_owned();
    vec![
        ("Provider First Line Business Mailing Address", street.clone()),
        ("Provider Business Mailing Address City Name", town.clone()),
        ("Provider Business Mailing Address State Name", state.clone()),
        ("Provider Business Mailing Address Telephone Number", telephone.clone()),
        ("Provider First Line Business Practice Location Address", street),
        ("Provider Business Practice Location Address City Name", town),
        ("Provider Business Practice Location Address State Name", state),
        ("Provider Business Practice Location Address Country Code (If outside U.S.)", "US".to_owned()),
        ("Provider Business Practice Location Address Telephone Number", telephone),
        ("Provider Enumeration Date", "05/23/2005".to_owned()),
        ("Last Update Date", "07/08/2007".to_owned()),
    ]
}

fn licence(dice: &mut ChaCha8Rng) -> Vec<(&'static str, String)> {
    vec![
        ("Healthcare Provider Taxonomy Code_1", CODES[dice.random_range(0..CODES.len())].to_owned()),
        ("Provider License Number_1", dice.random_range(10_000..999_999).to_string()),
        ("Provider License Number State Code_1", STATES[dice.random_range(0..STATES.len())].to_owned()),
        ("Healthcare Provider Primary Taxonomy Switch_1", "Y".to_owned()),
        ("Is Sole Proprietor", "N".to_owned()),
        ("Certification Date", "11/02/2024".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_has_330_columns_and_every_row_as_many() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("npidata_pfile_1.csv");
        write(&file, 80).unwrap();
        let mut rows = csv::Reader::from_path(file).unwrap();
        assert_eq!(rows.headers().unwrap().len(), 330);
        assert_eq!(rows.records().filter(|row| row.as_ref().is_ok_and(|row| row.len() == 330)).count(), 80);
    }
}
