//! Specialties of the NUCC Health Care Provider Taxonomy, as people say them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Lines `code,specialty`. A modest list of physicians' codes; the full one is NUCC's.
const TABLE: &str = include_str!("../../../../assets/reference/nucc-taxonomy.csv");

static SPECIALTIES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| TABLE.lines().skip(1).filter_map(|line| line.split_once(',')).collect());

/// The specialty of a code; the code itself where the table does not have it.
pub(super) fn specialty(code: &str) -> &str {
    SPECIALTIES.get(code).copied().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_specialty_and_an_unknown_one_stays() {
        assert_eq!(specialty("207RC0000X"), "Cardiology");
        assert_eq!(specialty("999999999X"), "999999999X");
    }

    #[test]
    fn every_line_of_the_table_is_a_code_of_ten_characters_and_a_name() {
        let well_formed =
            |(code, name): (&&str, &&str)| code.len() == 10 && code.ends_with('X') && !name.is_empty();
        assert!(SPECIALTIES.iter().all(well_formed));
        assert_eq!(SPECIALTIES.len(), TABLE.lines().count() - 1, "no code twice");
    }
}
