//! Confidentiality: nothing of a document was sent to a device that may not hold it, and nothing is on its disk, in the
//! clear or not, in use or free.

use super::Ending;
use crate::pages::{in_the_clear, key_of};
use crate::wrong::Ill;
use anyhow::Result;
use domain::ids::DocId;
use std::collections::BTreeSet;

/// Bytes that occur only in or for a document.
struct Trace {
    doc: DocId,
    bytes: Vec<u8>,
}

pub fn check(ending: &Ending<'_>) -> Result<()> {
    for who in 0..ending.history.tablets.len() {
        let (own, foreign): (Vec<Trace>, Vec<Trace>) =
            traces(ending).into_iter().partition(|trace| may_hold(ending, who, trace.doc));
        sent(ending, who, &foreign);
        left_on_disk(ending, who, (&own, &foreign))?;
    }
    Ok(())
}

fn may_hold(ending: &Ending<'_>, who: usize, doc: DocId) -> bool {
    match ending.truth.get(&doc) {
        Some(truth) => ending.may_hold(who, &truth.scopes),
        // It never reached the server: only who wrote it has it, and those to whom their device was copied.
        None => ending.history.journal.of(who).any(|saved| saved.doc == doc),
    }
}

/// The ids of all documents, as bytes and as text, and all marks.
fn traces(ending: &Ending<'_>) -> Vec<Trace> {
    let journal = &ending.history.journal;
    let docs: BTreeSet<DocId> = journal.docs().into_iter().chain(ending.truth.keys().copied()).collect();
    let ids = docs.into_iter().flat_map(|doc| {
        [doc.0.as_bytes().to_vec(), doc.0.to_string().into_bytes()].map(|bytes| Trace { doc, bytes })
    });
    let marks = journal
        .all()
        .iter()
        .filter_map(|saved| Some(Trace { doc: saved.doc, bytes: saved.mark.clone()?.into_bytes() }));
    ids.chain(marks).collect()
}

fn sent(ending: &Ending<'_>, who: usize, foreign: &[Trace]) {
    for sent in ending.history.tablets[who].line.sent().iter() {
        if let Some(entry) = sent.response.news.iter().find(|entry| !ending.may_hold(who, &[entry.scope])) {
            ending.complain(Ill::Leaked, format!("device {who} was sent news of {}", entry.scope));
        }
        for trace in foreign.iter().filter(|trace| finds(&sent.bytes, &trace.bytes)) {
            ending.complain(Ill::Leaked, format!("device {who} was sent something of {}", trace.doc));
        }
    }
}

fn left_on_disk(ending: &Ending<'_>, who: usize, (own, foreign): (&[Trace], &[Trace])) -> Result<()> {
    let machine = &ending.history.tablets[who].machine;
    let (key, pieces) = (key_of(machine.folder())?, machine.disk.pieces());
    let clear: Vec<u8> = pieces.iter().flat_map(|piece| in_the_clear(piece, &key)).flatten().collect();
    let dark: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
    for trace in foreign.iter().filter(|trace| finds(&clear, &trace.bytes)) {
        ending.complain(Ill::Leaked, format!("device {who} has something of {} on its disk", trace.doc));
    }
    // Nothing can be read without the key; and with it, what belongs there is found: the search sees what it looks for.
    for trace in own.iter().chain(foreign).filter(|trace| finds(&dark, &trace.bytes)) {
        ending.complain(Ill::Leaked, format!("the disk of device {who} shows {} without its key", trace.doc));
    }
    let held = own.iter().find(|trace| ending.truth.contains_key(&trace.doc));
    if let Some(trace) = held.filter(|trace| !finds(&clear, &trace.bytes)) {
        ending.complain(Ill::Leaked, format!("the search does not find {} on device {who}", trace.doc));
    }
    Ok(())
}

/// Whether some bytes occur in others.
fn finds(hay: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut rest = hay;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}
