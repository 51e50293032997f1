//! The data folder of a demo: the server's part, the device's part, and what fills the server.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::programs::Programs;
use super::{Format, progress};
use crate::process;

/// Where the demo rep works: imported people go there, so that the rep sees them.
const DEMO_TERRITORY: &str = "Hamburg North";

/// Where one demo keeps everything.
pub struct Data {
    /// The server's database.
    pub server: PathBuf,
    /// The device's database.
    pub device: PathBuf,
    filled: PathBuf,
}

impl Data {
    /// Makes the folders.
    pub fn at(folder: Option<PathBuf>) -> Result<Self> {
        let folder = std::path::absolute(folder.map_or_else(default_folder, Ok)?)?;
        let data = Self {
            server: folder.join("server"),
            device: folder.join("device"),
            filled: folder.join("filled"),
        };
        for part in [&data.server, &data.device] {
            fs::create_dir_all(part).with_context(|| format!("cannot make {}", part.display()))?;
        }
        Ok(data)
    }

    /// Fills the server on the first start; later starts keep what is there.
    pub fn fill(&self, programs: &Programs) -> Result<()> {
        if self.filled.exists() {
            return Ok(());
        }
        progress("Making the demo company");
        self.seed(programs)
    }

    /// Makes the demo company; what is already there stays as it is.
    pub fn seed(&self, programs: &Programs) -> Result<()> {
        process::run(programs.server_command("seed").arg("--if-empty").arg("--data").arg(&self.server))?;
        fs::write(&self.filled, "The demo company was made. Delete this file to have it made again.\n")?;
        Ok(())
    }

    /// Imports people from a file.
    pub fn import(&self, programs: &Programs, file: &Path, format: Option<Format>) -> Result<()> {
        ensure!(file.is_file(), "there is no file {}", file.display());
        let format = match format.map_or_else(|| format_of(file), Ok)? {
            Format::Nppes => "nppes",
            Format::Fhir => "fhir",
        };
        progress(&format!("Importing {}", file.display()));
        let mut command = programs.server_command("import");
        let command = command.arg("--data").arg(&self.server).args(["--format", format]);
        process::run(command.args(["--territory", DEMO_TERRITORY]).arg(file))
    }

    /// The password of the demo's people, where the server's seed has left one.
    pub fn password(&self) -> Option<PathBuf> {
        Some(self.server.join("demo-password.txt")).filter(|file| file.exists())
    }
}

fn format_of(file: &Path) -> Result<Format> {
    match file.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv" | "zip") => Ok(Format::Nppes),
        Some("ndjson" | "json") => Ok(Format::Fhir),
        _ => bail!(
            "the name of {} does not tell its format: add --format nppes or --format fhir",
            file.display()
        ),
    }
}

fn default_folder() -> Result<PathBuf> {
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = || env::home_dir().map(|home| home.join(".local/share"));
    Ok(data
        .or_else(home)
        .context("neither XDG_DATA_HOME nor a home folder is set: use --data")?
        .join("rounds-demo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_its_format() {
        assert!(matches!(format_of(Path::new("a/npidata.ZIP")), Ok(Format::Nppes)));
        assert!(matches!(format_of(Path::new("Practitioner.ndjson")), Ok(Format::Fhir)));
        let refusal = format_of(Path::new("people.xlsx")).err().unwrap().to_string();
        assert!(refusal.contains("--format nppes"), "{refusal}");
    }

    #[test]
    fn a_folder_is_made_with_a_part_for_each_side() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::at(Some(folder.path().join("demo"))).unwrap();
        assert!(data.server.is_dir() && data.device.is_dir());
        assert!(data.password().is_none());
    }
}
