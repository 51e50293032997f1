//! Writing the bundle: every file that may change carries a hash of its content in its name, so that a cache can
//! keep it for ever and a page never meets a file of another build.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use super::assets::{Asset, Sources, files_below};
use super::page::{self, Links};
use crate::place::Place;

/// What the bundle is made of.
pub struct Request {
    /// The compiled screens.
    pub wasm: PathBuf,
    /// Everything else.
    pub sources: Sources,
    /// Leave out the names that only a debugger reads.
    pub release: bool,
}

/// Writes the bundle into `out`, which is emptied first.
pub fn write(place: &Place, request: &Request, out: &Path) -> Result<()> {
    let bound = bind(place, request)?;
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    fs::create_dir_all(out)?;
    lay_out(&bound, &request.sources, out)
}

/// wasm-bindgen as a library: nothing has to be installed, and its version is the lock file's.
fn bind(place: &Place, request: &Request) -> Result<PathBuf> {
    let folder = place.wasm_target().join("bound");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&request.wasm).out_name("rounds").typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(request.release).remove_producers_section(true);
    bindgen.web(true).map_err(|error| anyhow!("wasm-bindgen: {error:?}"))?;
    bindgen.generate(&folder).map_err(|error| anyhow!("wasm-bindgen: {error:?}"))?;
    Ok(folder)
}

fn lay_out(bound: &Path, sources: &Sources, out: &Path) -> Result<()> {
    let wasm = put(out, "rounds.wasm", &fs::read(bound.join("rounds_bg.wasm"))?)?;
    let binding = put(out, "rounds.js", &fs::read(bound.join("rounds.js"))?)?;
    copy_snippets(bound, out)?;
    let start = format!(
        "import start from \"./{binding}\";\nawait start({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    );
    let start = put(out, "start.js", start.as_bytes())?;
    let styles = link_fonts(&sources.styles, &sources.fonts, out)?;
    let styles = put(out, "rounds.css", styles.as_bytes())?;
    for drawing in &sources.brand {
        put_as(&out.join("brand").join(&drawing.name), &drawing.bytes)?;
    }
    let links = Links { styles: &styles, start: &start, binding: &binding };
    put_as(&out.join("index.html"), page::fill(&sources.page, &links)?.as_bytes())
}

/// JavaScript that crates bring along; the binding imports it by path, so its names stay.
fn copy_snippets(bound: &Path, out: &Path) -> Result<()> {
    for file in files_below(&bound.join("snippets"))? {
        put_as(&out.join(file.strip_prefix(bound)?), &fs::read(&file)?)?;
    }
    Ok(())
}

/// Copies the fonts under hashed names and makes the styles say those names.
fn link_fonts(styles: &str, fonts: &[Asset], out: &Path) -> Result<String> {
    let mut styles = styles.to_owned();
    for font in fonts {
        let hashed = put(&out.join("fonts"), &font.name, &font.bytes)?;
        styles = styles.replace(&format!("fonts/{}", font.name), &format!("fonts/{hashed}"));
    }
    for used in styles.split("fonts/").skip(1) {
        let name = used.split([')', '"', '\'', '?', '#']).next().unwrap_or_default();
        ensure!(
            out.join("fonts").join(name).exists(),
            "the styles name fonts/{name}, which assets/fonts has not"
        );
    }
    Ok(styles)
}

/// Writes a file under a name with its content's hash, and returns that name.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<String> {
    let (stem, extension) = name.rsplit_once('.').with_context(|| format!("{name} has no extension"))?;
    let hash = hex(&Sha256::digest(bytes));
    let hashed = format!("{stem}-{}.{extension}", &hash[..12]);
    put_as(&folder.join(&hashed), bytes)?;
    Ok(hashed)
}

fn put_as(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// A hash in the form that file names and stamps use.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
