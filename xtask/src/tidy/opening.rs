//! Every Rust file opens with `//!`: what belongs there and what does not.

use super::Finding;
use super::source::Source;

/// Looks at the first line.
pub fn check(source: &Source) -> Vec<Finding> {
    if !source.path.ends_with(".rs") || source.text.starts_with("//! ") {
        return Vec::new();
    }
    let what = "open the file with `//!`: what belongs here and what does not".to_owned();
    vec![Finding { file: source.path.clone(), line: 1, rule: "opening", what }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_opening_is_found() {
        assert_eq!(check(&Source::new("a.rs", "use std::fs;").unwrap()).len(), 1);
        assert!(check(&Source::new("a.rs", "//! Files.\nuse std::fs;").unwrap()).is_empty());
        assert!(check(&Source::new("a.css", "a{}").unwrap()).is_empty());
    }
}
