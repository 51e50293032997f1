//! SQL text stands only in the stores and in migrations, so that a table has one file that knows it.

use super::Finding;
use super::source::Source;

const ALLOWED: &[&str] = &[
    "crates/store/",
    "sync-server/src/store/",
    "sync-server/src/store.rs",
    // Baselines are measured against bare SQL.
    "benches/",
    // Shows with bare SQL what a disk does to it.
    "tests/disk/src/tests.rs",
    // Applies the migrations and reads back the schema.
    "xtask/src/schema.rs",
    "xtask/src/tidy/sql.rs",
];

/// Beginnings of statements, and a word that must follow somewhere, so that a sentence ("select a country") is not
/// taken for one.
const STATEMENTS: &[(&str, &str)] = &[
    ("SELECT ", " FROM "),
    ("SELECT 1", ""),
    ("INSERT INTO ", ""),
    ("INSERT OR ", " INTO "),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", " ON "),
    ("CREATE UNIQUE INDEX ", ""),
    ("CREATE VIRTUAL TABLE ", ""),
    ("CREATE TRIGGER ", ""),
    ("ALTER TABLE ", ""),
    ("DROP TABLE ", ""),
    ("WITH ", " AS ("),
    ("PRAGMA ", ""),
];

/// Finds string literals that are SQL.
pub fn check(source: &Source) -> Vec<Finding> {
    if source.is_in(ALLOWED) {
        return Vec::new();
    }
    let literals = source.tokens.iter().filter(|token| token.literal && is_sql(&token.text));
    let what = "SQL belongs to crates/store, sync-server/src/store or migrations";
    let finding = |line| Finding { file: source.path.clone(), line, rule: "sql", what: what.to_owned() };
    literals.map(|token| finding(token.line)).collect()
}

fn is_sql(literal: &str) -> bool {
    let quoted = literal.trim_start_matches(['r', 'b', '#', '"']).replace("\\n", " ").replace('\\', " ");
    let text = quoted.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    STATEMENTS.iter().any(|(start, then)| text.starts_with(start) && text.contains(then))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Source::new(path, text).unwrap()).len()
    }

    #[test]
    fn sql_outside_a_store_is_found() {
        let text = "const A: &str = \"SELECT id FROM calls\";\nconst B: &str = r#\"\n  insert into calls values (1)\"#;";
        assert_eq!(findings("crates/device/src/calls.rs", text), 2);
        assert_eq!(findings("crates/store/src/calls.rs", text), 0);
    }

    #[test]
    fn a_sentence_is_not_sql() {
        let text = "const A: [&str; 3] = [\"Select a country\", \"Update your notes\", \"With care\"];";
        assert_eq!(findings("ui/src/app.rs", text), 0);
    }
}
