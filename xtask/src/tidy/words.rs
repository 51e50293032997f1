//! Words that may stand only in certain places: one row each.

use super::Finding;
use super::source::Source;

/// A word and the only places that may say it.
struct Rule {
    name: &'static str,
    /// Sequences of Rust tokens.
    code: &'static [&'static [&'static str]],
    /// Parts of a line of any file, comments and strings included.
    text: &'static [&'static str],
    /// Folders (ending in `/`) and files.
    allowed: &'static [&'static str],
    /// Whether the file that starts a program may say it too.
    mains: bool,
    remedy: &'static str,
}

impl Rule {
    fn allows(&self, source: &Source) -> bool {
        let starts_a_program = source.path.ends_with("src/main.rs") || source.path.contains("/src/bin/");
        source.is_in(self.allowed) || (self.mains && starts_a_program)
    }
}

/// A rule without words and places, to be filled by a row.
const NOWHERE: Rule = Rule { name: "", code: &[], text: &[], allowed: &[], mains: false, remedy: "" };

const RULES: &[Rule] = &[
    Rule {
        name: "automerge",
        code: &[&["automerge", "::"], &["use", "automerge"]],
        allowed: &["crates/document/"],
        remedy: "only crates/document names automerge: ask it for a reading or a change",
        ..NOWHERE
    },
    Rule {
        name: "reqwest",
        code: &[&["reqwest", "::"], &["use", "reqwest"]],
        allowed: &[
            "crates/device/src/transport.rs",
            "crates/device/src/transport/",
            "crates/device/tests/",
            "sync-server/src/connectors/",
            "sync-server/src/auth/",
            "sync-server/tests/",
            "tests/",
        ],
        remedy: "requests leave through the device's transport or the server's connectors and auth",
        ..NOWHERE
    },
    Rule {
        name: "clock",
        code: &[
            &["Utc", "::", "now"],
            &["Local", "::", "now"],
            &["SystemTime", "::", "now"],
            &["Date", "::", "now"],
            &["Date", "::", "new_0"],
        ],
        // The screens' clock only says "in 25 minutes"; what is saved carries the device's time.
        allowed: &["crates/device/src/clock.rs", "sync-server/src/clock.rs", "ui/src/clock.rs"],
        remedy: "take `now` as an argument; only clock.rs of device, server and screens reads the wall clock",
        ..NOWHERE
    },
    Rule {
        name: "tauri",
        text: &["__TAURI"],
        allowed: &["ui/src/backend.rs", "xtask/src/tidy/words.rs"],
        remedy: "only ui/src/backend.rs speaks to the window",
        ..NOWHERE
    },
    Rule {
        name: "anyhow",
        code: &[&["anyhow", "::"], &["anyhow", "!"], &["use", "anyhow"]],
        allowed: &["xtask/", "benches/", "tests/"],
        mains: true,
        remedy: "a library has one thiserror enum per operation; anyhow is for mains, xtask, benches and tests",
        ..NOWHERE
    },
    Rule {
        name: "unfinished",
        code: &[&["todo", "!"], &["unimplemented", "!"]],
        text: &["TODO", "FIXME"],
        allowed: &["xtask/src/tidy/words.rs"],
        remedy: "finish it, or file an issue and leave the note out",
        ..NOWHERE
    },
    Rule {
        name: "ignored test",
        code: &[&["#", "[", "ignore"]],
        remedy: "a test that cannot run here says so and returns; one that fails is mended or removed",
        ..NOWHERE
    },
];

/// All rows over one source.
pub fn check(source: &Source) -> Vec<Finding> {
    let rules = RULES.iter().filter(|rule| !rule.allows(source));
    rules.flat_map(|rule| findings(rule, source)).collect()
}

fn findings<'a>(rule: &'a Rule, source: &'a Source) -> impl Iterator<Item = Finding> + 'a {
    let in_code = rule.code.iter().flat_map(|sequence| source.lines_with(sequence));
    let lines = source.text.lines().enumerate();
    let says = |line: &str| rule.text.iter().any(|word| line.contains(word));
    let in_text = lines.filter(move |(_, line)| says(line)).map(|(index, _)| index + 1);
    let finding =
        |line| Finding { file: source.path.clone(), line, rule: rule.name, what: rule.remedy.to_owned() };
    in_code.chain(in_text).map(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the rules that a file with this text breaks at this path.
    fn broken(path: &str, text: &str) -> Vec<&'static str> {
        check(&Source::new(path, text).unwrap()).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn automerge_stays_in_document() {
        let text = "fn f() { automerge::Automerge::new(); }";
        assert_eq!(broken("crates/store/src/lib.rs", text), ["automerge"]);
        assert!(broken("crates/document/src/lib.rs", text).is_empty());
    }

    #[test]
    fn requests_leave_by_their_doors() {
        let text = "fn f() { reqwest::get(\"a\"); }";
        assert_eq!(broken("crates/device/src/calls.rs", text), ["reqwest"]);
        assert!(broken("crates/device/src/transport/http.rs", text).is_empty());
    }

    #[test]
    fn the_wall_clock_is_read_in_two_files() {
        for text in
            ["fn f() { Utc::now(); }", "fn f() { std::time::SystemTime::now(); }", "fn f() { Date::now(); }"]
        {
            assert_eq!(broken("crates/rules/src/lib.rs", text), ["clock"]);
            assert!(broken("sync-server/src/clock.rs", text).is_empty());
        }
    }

    #[test]
    fn the_window_is_named_in_the_one_door_only() {
        let text = "#[wasm_bindgen(js_namespace = [\"window\", \"__TAURI__\"])]\nextern \"C\" {}";
        assert_eq!(broken("ui/src/app.rs", text), ["tauri"]);
        assert_eq!(broken("ui/start.js", "window.__TAURI__.core"), ["tauri"]);
        assert!(broken("ui/src/backend.rs", text).is_empty());
    }

    #[test]
    fn anyhow_is_for_mains_and_tools() {
        let text = "use anyhow::Result;";
        assert_eq!(broken("crates/device/src/lib.rs", text), ["anyhow", "anyhow"]);
        assert!(broken("sync-server/src/main.rs", text).is_empty());
        assert!(broken("crates/device/src/bin/rounds-web.rs", text).is_empty());
    }

    #[test]
    fn nothing_is_left_unfinished_or_ignored() {
        assert_eq!(broken("a.rs", "// TODO later\nfn f() {}"), ["unfinished"]);
        assert_eq!(broken("a.css", "/* FIXME */"), ["unfinished"]);
        assert_eq!(broken("a.rs", "fn f() { unimplemented!() }"), ["unfinished"]);
        assert_eq!(broken("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"), ["ignored test"]);
    }

    #[test]
    fn a_finding_says_where() {
        let finding = &check(&Source::new("ui/a.rs", "\n\nuse anyhow::Result;").unwrap())[0];
        assert!(finding.to_string().starts_with("ui/a.rs:3: anyhow: "));
    }
}
