//! The workload as files for other systems: one JSON object a line, the changes in base64 and what a document says after
//! each of them as plain JSON, so that every system gets what it knows.

use super::{Later, Weeks, Workload, Written};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use document::{Content, Document};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes `documents.ndjson`, `up.ndjson` and `down.ndjson`.
pub fn export(workload: &Workload, weeks: &Weeks, folder: &Path) -> Result<()> {
    write(&folder.join("documents.ndjson"), workload.documents.iter().map(document))?;
    write(&folder.join("up.ndjson"), weeks.up.iter().map(later))?;
    write(&folder.join("down.ndjson"), weeks.down.iter().map(later))
}

fn write(file: &Path, records: impl Iterator<Item = Result<Value>>) -> Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    for record in records {
        writeln!(file, "{}", record?)?;
    }
    Ok(file.flush()?)
}

fn document(written: &Written) -> Result<Value> {
    let (mut document, mut changes, mut states) = (Document::empty(), Vec::new(), Vec::new());
    for change in &written.changes {
        document.apply(std::slice::from_ref(change))?;
        changes.push(STANDARD.encode(&change.bytes));
        states.push(says(&Content::read(written.kind, written.doc, &document)?)?);
    }
    Ok(json!({"id": written.doc, "kind": written.kind, "changes": changes, "states": states}))
}

fn later(later: &Later) -> Result<Value> {
    let (change, hash) = (STANDARD.encode(&later.change.bytes), later.change.hash.to_string());
    Ok(json!({"id": later.doc, "change": change, "hash": hash, "state": says(&later.content)?}))
}

fn says(content: &Content) -> Result<Value> {
    Ok(match content {
        Content::Call(call) => serde_json::to_value(call)?,
        Content::Consent(consent) => serde_json::to_value(consent)?,
        Content::ProfileNotes(notes) => serde_json::to_value(notes)?,
        Content::FollowUp(follow_up) => serde_json::to_value(follow_up)?,
    })
}
