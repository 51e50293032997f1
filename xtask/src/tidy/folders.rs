//! The map is true: every folder that ARCHITECTURE.md names is there.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Finding;
use crate::place::Place;

const MAP: &str = "ARCHITECTURE.md";

/// Compares the map with the checkout.
pub fn check(place: &Place) -> Result<Vec<Finding>> {
    let map = place.root.join(MAP);
    if !map.exists() {
        return Ok(Vec::new());
    }
    Ok(missing(&fs::read_to_string(map)?, &place.root))
}

fn missing(map: &str, root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut in_tree = false;
    for (index, line) in map.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            (in_tree, above) = (!in_tree, Vec::new());
            continue;
        }
        let named = if in_tree { branch(line, &mut above).into_iter().collect() } else { in_text(line) };
        for folder in named.into_iter().filter(|folder| !root.join(folder).exists()) {
            let what = format!("names `{folder}`, which is not there: mend the map or make the folder");
            findings.push(Finding { file: MAP.to_owned(), line: index + 1, rule: "map", what });
        }
    }
    findings
}

/// A line of a drawn tree: the indentation says what it lies in.
fn branch(line: &str, above: &mut Vec<(usize, String)>) -> Option<String> {
    let indent = line.len() - line.trim_start().len();
    let name = line.split_whitespace().next().filter(|word| is_path(word))?;
    while above.last().is_some_and(|(depth, _)| *depth >= indent) {
        above.pop();
    }
    let path = format!("{}{name}", above.last().map_or("", |(_, path)| path));
    above.push((indent, path.clone()));
    Some(path)
}

/// Paths between backticks that end in `/`.
fn in_text(line: &str) -> Vec<String> {
    line.split('`').skip(1).step_by(2).filter(|word| is_path(word)).map(str::to_owned).collect()
}

fn is_path(word: &str) -> bool {
    word.ends_with('/') && word.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_not_there_are_found_in_text_and_in_the_tree() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crates/domain")).unwrap();
        let map = "`crates/` and `gone/`\n```\ncrates/\n  domain/   words\n  lost/  what\n```\n";
        let found: Vec<_> = missing(map, root.path()).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("ARCHITECTURE.md:1") && found[0].contains("`gone/`"));
        assert!(found[1].starts_with("ARCHITECTURE.md:5") && found[1].contains("`crates/lost/`"));
    }
}
