//! `import`: golden records from a registry's or a hospital's file. While it runs no other program writes to an embedded
//! store.

use super::{At, say};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use domain::people::Country;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use sync_server::Clock;
use sync_server::people::import::{Report, Summary, fhir, nppes};
use sync_server::store::{Staging, Store};

/// What it can be told.
#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    at: At,
    /// What the file is.
    #[arg(long)]
    format: Format,
    /// The file; for FHIR several that belong together.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where to write what is wrong with entries, as CSV.
    #[arg(long)]
    report: Option<PathBuf>,
    /// The territory, by name, of people who have none yet. Without it nobody sees them until they are given one.
    #[arg(long)]
    territory: Option<String>,
    /// The country of FHIR records that name none: `DE`.
    #[arg(long)]
    country: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// The monthly NPPES file, as CSV or zip.
    Nppes,
    /// FHIR R4 as NDJSON or as a Bundle.
    Fhir,
}

pub async fn run(import: Import) -> Result<()> {
    let store = sync_server::open(&import.at.config()?).await?;
    let done = into(store.as_ref(), import).await;
    store.close().await?;
    say(&serde_json::to_string(&done?)?)
}

async fn into(store: &dyn Store, import: Import) -> Result<Summary> {
    let territory = match import.territory.clone() {
        Some(name) => Some(store.territory_named(name).await?),
        None => None,
    };
    let golden = store.begin_import(territory, Clock::of_machine().now()).await?;
    tokio::task::spawn_blocking(move || read(&import, golden)).await?
}

fn read(import: &Import, golden: Box<dyn Staging>) -> Result<Summary> {
    let to: Box<dyn Write> = match &import.report {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
        }
        None => Box::new(std::io::sink()),
    };
    let mut report = Report::new(to)?;
    match (import.format, import.files.as_slice()) {
        (Format::Nppes, [file]) => Ok(nppes::import(file, golden, &mut report)?),
        (Format::Nppes, _) => bail!("import one NPPES file at a time"),
        (Format::Fhir, files) => {
            let country = import.country.as_deref().map(Country::new).transpose()?;
            Ok(fhir::import(files, fhir::Assumptions { country }, golden, &mut report)?)
        }
    }
}
