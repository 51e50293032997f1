//! The hand-written files of the bundle: page, styles, fonts, the mark. Icons are compiled into the screens.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Everything of the bundle that is not compiled.
pub struct Sources {
    /// The page with its placeholders.
    pub page: String,
    /// All styles in one text, `theme.css` first because the others use its properties.
    pub styles: String,
    /// Names and bytes of `assets/fonts`.
    pub fonts: Vec<Asset>,
    /// Names and bytes of `assets/brand`; the page names them, so their names stay.
    pub brand: Vec<Asset>,
}

/// A file of the bundle.
pub struct Asset {
    /// File name without a folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Reads them from the checkout.
pub fn read(root: &Path) -> Result<Sources> {
    let page = root.join("ui/index.html");
    let page = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let styles = styles(&root.join("ui/src"))?;
    Ok(Sources {
        page,
        styles,
        fonts: folder(&root.join("assets/fonts"))?,
        brand: folder(&root.join("assets/brand"))?,
    })
}

fn styles(folder: &Path) -> Result<String> {
    let mut files = files_below(folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "css"));
    files.sort_by_key(|file| (!file.ends_with("theme.css"), file.clone()));
    let texts = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join("\n"))
}

fn folder(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = Vec::new();
    for path in files_below(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assets.push(Asset { bytes: fs::read(&path)?, name });
    }
    assets.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(assets)
}

/// Every file below a folder; none when the folder does not exist.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
