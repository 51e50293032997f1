//! Where things are: the checkout, the target folders and the bundle. Nothing here changes a file.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folders that every command works in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder for the host, outside the checkout so that a fresh clone finds it warm.
    pub target: PathBuf,
}

impl Place {
    /// Finds the checkout by the manifest that cargo runs, and the target folder by the environment.
    pub fn find() -> Result<Self> {
        // Asked at run time: a target folder shared by two clones may hold a binary that the other one built.
        let manifest =
            env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = PathBuf::from(manifest).parent().context("xtask lies in the checkout")?.to_owned();
        Ok(Self { root, target: target_folder()? })
    }

    /// The wasm compiler is another version than the host's: the two must not share a target folder.
    pub fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The bundle that the window embeds and `rounds-web` serves.
    pub fn bundle(&self) -> PathBuf {
        self.root.join("dist/ui")
    }
}

fn target_folder() -> Result<PathBuf> {
    let named = ["CARGO_TARGET_DIR", "ROUNDS_TARGET"].into_iter().find_map(env::var_os);
    if let Some(folder) = named {
        return Ok(PathBuf::from(folder));
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::home_dir().map(|home| home.join(".cache"));
    Ok(cache.or_else(home).context("neither XDG_CACHE_HOME nor a home folder is set")?.join("rounds/target"))
}
