//! `tidy`: what the house must never contain. Each rule is a row of `words` or a small file beside this one; a rule
//! reads sources and answers with findings, and changes nothing. What a compiler or clippy can tell is not here.

mod arrows;
mod folders;
mod lengths;
mod locales;
mod opening;
mod source;
mod sql;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use crate::place::Place;
use source::Source;

/// Something that must not be where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    file: String,
    line: usize,
    rule: &'static str,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.rule, self.what)
    }
}

type SourceRule = fn(&Source) -> Vec<Finding>;
type HouseRule = fn(&Place) -> Result<Vec<Finding>>;

/// Rules that look at one source at a time.
const SOURCE_RULES: &[SourceRule] =
    &[words::check, sql::check, opening::check, lengths::file, lengths::functions];

/// Rules that look at the whole house.
const HOUSE_RULES: &[HouseRule] = &[arrows::check, folders::check, locales::check];

/// `xtask tidy`: prints every finding, and fails when there is one.
pub fn check(place: &Place) -> Result<()> {
    let sources = source::read_all(&place.root)?;
    let mut findings: Vec<Finding> =
        SOURCE_RULES.iter().flat_map(|rule| sources.iter().flat_map(rule)).collect();
    for rule in HOUSE_RULES {
        findings.extend(rule(place)?);
    }
    findings.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    findings.iter().for_each(|finding| println!("{finding}"));
    if !findings.is_empty() {
        bail!("tidy has {} findings; each line above says where, which rule and what to do", findings.len());
    }
    println!("{} files are tidy", sources.len());
    Ok(())
}
