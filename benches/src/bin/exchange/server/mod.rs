//! `server`: what the server takes and answers, on both databases, against bare inserts of the same bytes in the same
//! run.
//!
//! All of it, or the parts that are named: `push`, `idle`, `pokes`. `--documents N` and `--streams N` are for
//! trying.

mod bare;
mod idle;
mod pokes;
mod push;

use anyhow::Result;
use benches::report::Report;
use benches::wanted::Wanted;

const DOCUMENTS: usize = 8_000;

/// Measures all that is wanted.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    let mut report = Report::new("server");
    let documents = wanted.number("--documents", DOCUMENTS)?;
    if wanted.has("push") {
        report = push::measure(report, documents).await?;
    }
    if wanted.has("idle") {
        report = idle::measure(report, documents).await?;
    }
    if wanted.has("pokes") {
        report = pokes::measure(report, wanted.number("--streams", pokes::STREAMS)?).await?;
    }
    report.print()
}
