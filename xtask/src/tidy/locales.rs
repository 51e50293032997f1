//! Every language says the same things: the locale files have equal sets of keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Finding;
use crate::place::Place;
use crate::ui::files_below;

/// Keys by language.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// Reads `assets/locales/LANGUAGE.json` or `assets/locales/LANGUAGE/PART.json` (or `.toml`).
pub fn check(place: &Place) -> Result<Vec<Finding>> {
    let folder = place.root.join("assets/locales");
    let mut keys = Keys::new();
    for file in files_below(&folder)? {
        let path = file.strip_prefix(&folder)?.with_extension("");
        let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let language = parts.next().context("a locale file has a name")?;
        let prefix = parts.map(|part| part + ".").collect::<String>();
        let text = fs::read_to_string(&file)?;
        let value = match file.extension().and_then(|extension| extension.to_str()) {
            Some("json") => serde_json::from_str(&text)?,
            Some("toml") => toml::from_str(&text)?,
            _ => bail!("{} is neither JSON nor TOML", file.display()),
        };
        flatten(&value, &prefix, keys.entry(language).or_default());
    }
    Ok(differences(&keys))
}

fn flatten(value: &Value, prefix: &str, keys: &mut BTreeSet<String>) {
    let Value::Object(entries) = value else {
        keys.insert(prefix.trim_end_matches('.').to_owned());
        return;
    };
    entries.iter().for_each(|(key, value)| flatten(value, &format!("{prefix}{key}."), keys));
}

fn differences(keys: &Keys) -> Vec<Finding> {
    let all: BTreeSet<_> = keys.values().flatten().collect();
    let lacking = |(language, has): (&String, &BTreeSet<String>)| {
        let file = format!("assets/locales/{language}");
        let missing: Vec<_> =
            all.iter().filter(|key| !has.contains(**key)).map(|key| (*key).clone()).collect();
        missing.into_iter().map(move |key| (file.clone(), key)).collect::<Vec<_>>()
    };
    let finding =
        |(file, key)| Finding { file, line: 1, rule: "locales", what: format!("has no text for `{key}`") };
    keys.iter().flat_map(lacking).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_one_language_lacks_is_found() {
        let mut keys = Keys::new();
        let [en, de] = [r#"{"call": {"save": "Save", "send": "Send"}}"#, r#"{"call": {"save": "Sichern"}}"#];
        for (language, text) in [("en", en), ("de", de)] {
            flatten(&serde_json::from_str(text).unwrap(), "", keys.entry(language.to_owned()).or_default());
        }
        let found: Vec<_> = differences(&keys).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["assets/locales/de:1: locales: has no text for `call.send`"]);
    }
}
