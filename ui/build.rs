//! Turns `assets/locales/*.json` and `assets/icons/*.svg` into Rust: one enum of text keys with a table per
//! language, one enum of icons. What the screens name and the assets do not have fails to compile.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Texts = BTreeMap<String, String>;

/// File stem and variant of each language; the first one is what a missing text falls back to.
const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("de", "German")];

fn main() -> Result<(), Box<dyn Error>> {
    let assets = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for folder in ["locales", "icons"] {
        println!("cargo::rerun-if-changed={}", assets.join(folder).display());
    }
    fs::write(out.join("texts.rs"), texts(&assets.join("locales"))?)?;
    fs::write(out.join("icons.rs"), icons(&assets.join("icons"))?)?;
    Ok(())
}

fn texts(folder: &Path) -> Result<String, Box<dyn Error>> {
    let languages = LANGUAGES
        .iter()
        .map(|(stem, _)| Ok(flat(&serde_json::from_slice(&fs::read(folder.join(format!("{stem}.json")))?)?)))
        .collect::<Result<Vec<Texts>, Box<dyn Error>>>()?;
    let keys: BTreeSet<&String> = languages.iter().flat_map(BTreeMap::keys).collect();
    let mut code = String::from(
        "/// A text of the locale files.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\n#[repr(u16)]\npub enum T {\n",
    );
    for key in &keys {
        writeln!(code, "/// `{key}`\n{},", variant(key))?;
    }
    code.push_str("}\n");
    table(
        &mut code,
        "KEYS",
        "Every key, in the order of `T`.",
        keys.iter().map(|key| (key.as_str(), key.as_str())),
    )?;
    writeln!(code, "/// `T` in the order of `KEYS`.\npub const ALL: &[T] = &[")?;
    keys.iter().try_for_each(|key| writeln!(code, "T::{},", variant(key)))?;
    code.push_str("];\n");
    for ((_, name), own) in LANGUAGES.iter().zip(&languages) {
        let text =
            |key: &&String| own.get(*key).or_else(|| languages[0].get(*key)).map_or("", String::as_str);
        table(
            &mut code,
            &name.to_uppercase(),
            "Texts in the order of `T`.",
            keys.iter().map(|key| (key.as_str(), text(key))),
        )?;
    }
    let missing = LANGUAGES.iter().zip(&languages).flat_map(|((stem, _), own)| {
        keys.iter().filter(|key| !own.contains_key(**key)).map(move |key| format!("{stem}: {key}"))
    });
    writeln!(
        code,
        "/// Keys that a language has not.\n#[cfg(test)]\npub const MISSING: &[&str] = &{:?};",
        missing.collect::<Vec<_>>()
    )?;
    Ok(code)
}

fn table<'a>(
    code: &mut String,
    name: &str,
    doc: &str,
    rows: impl Iterator<Item = (&'a str, &'a str)>,
) -> std::fmt::Result {
    writeln!(code, "/// {doc}\npub const {name}: &[&str] = &[")?;
    for (key, text) in rows {
        writeln!(code, "/* {key} */ {text:?},")?;
    }
    code.push_str("];\n");
    Ok(())
}

/// `{"today": {"title": "Today"}}` as `today.title`.
fn flat(value: &Value) -> Texts {
    fn walk(prefix: &str, value: &Value, into: &mut Texts) {
        match value {
            Value::Object(inner) => inner.iter().for_each(|(key, value)| {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                walk(&path, value, into);
            }),
            Value::String(text) => drop(into.insert(prefix.to_owned(), text.clone())),
            _ => {}
        }
    }
    let mut texts = Texts::new();
    walk("", value, &mut texts);
    texts
}

fn icons(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut drawings = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "svg") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            drawings.insert(variant(&stem), inner(&fs::read_to_string(&path)?));
        }
    }
    let mut code = String::from(
        "/// A drawing of `assets/icons`.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum Icon {\n",
    );
    drawings.keys().try_for_each(|name| writeln!(code, "/// Its file has the same name.\n{name},"))?;
    code.push_str("}\nimpl Icon {\n/// The shapes inside the svg element.\npub fn shapes(self) -> &'static str {\nmatch self {\n");
    drawings.iter().try_for_each(|(name, shapes)| writeln!(code, "Self::{name} => {shapes:?},"))?;
    code.push_str("}\n}\n}\n");
    Ok(code)
}

/// What stands between `<svg ...>` and `</svg>`, on one line.
fn inner(svg: &str) -> String {
    let from =
        svg.find("<svg").and_then(|start| svg[start..].find('>').map(|end| start + end + 1)).unwrap_or(0);
    let until = svg.rfind("</svg>").unwrap_or(svg.len());
    svg[from..until].lines().map(str::trim).collect()
}

/// `today.next_in` as `TodayNextIn`.
fn variant(key: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    key.split(['.', '_', '-']).map(capital).collect()
}
