//! The body of a change chunk from its first byte to its last, under the caps of what a change may stand for.

use super::column::{Encoding, Extent, measure};
use super::reader::Reader;
use crate::{BrokenChange, MAX_CHANGE_BYTES};

/// The most operations: as many as a change may have bytes. Whatever is written has a byte of its own; only deletions
/// come in runs, and no text on a device has so many characters.
const MAX_OPERATIONS: u64 = MAX_CHANGE_BYTES as u64;
/// The most bytes that the keys of all operations have together, were each written out.
const MAX_KEY_BYTES: u64 = 1024 * 1024;
/// The most changes that one builds upon: hands that wrote at the same time.
const MAX_DEPS: u64 = 256;
/// The most other actors that the operations name.
const MAX_ACTORS: u64 = 1024;
/// The message is a user's id.
const MAX_MESSAGE: u64 = 64;
const HASH: u64 = 32;
const ACTOR: usize = 16;

/// The columns that there are, in their order: the number that stands for a column, and how its rows are written.
const COLUMNS: [(u64, Encoding); 14] = [
    (0x01, Encoding::Actor),  // the object's actor
    (0x02, Encoding::Number), // and counter
    (0x11, Encoding::Actor),  // the element's actor
    (0x13, Encoding::Delta),  // and counter
    (0x15, Encoding::Text),   // or the key
    (0x34, Encoding::Truth),  // inserts
    (0x42, Encoding::Number), // what it does
    (0x56, Encoding::Number), // types and lengths of values
    (0x57, Encoding::Raw),    // values
    (PREDECESSORS, Encoding::Number),
    (0x71, Encoding::Actor), // the predecessors' actors
    (0x73, Encoding::Delta), // and counters
    (0x94, Encoding::Truth), // expands
    (0xa5, Encoding::Text),  // the mark's name
];
const PREDECESSORS: u64 = 0x70;

/// Walks a body. What it lets through is small, and has no part that the library would pass over.
pub(crate) fn scan(body: &[u8]) -> Result<(), BrokenChange> {
    let mut reader = Reader::new(body);
    deps(&mut reader)?;
    actor(&mut reader)?;
    let (_seq, _start) = (reader.unsigned()?, reader.unsigned()?);
    let _time = reader.signed()?;
    let message = reader.unsigned()?;
    cap(message, MAX_MESSAGE, "bytes of its message")?;
    reader.take(message)?;
    let others = reader.unsigned()?;
    cap(others, MAX_ACTORS, "actors")?;
    (0..others).try_for_each(|_| actor(&mut reader))?;
    columns(&mut reader, others + 1)?;
    // What follows the columns would travel to everybody and be read by nobody.
    if reader.is_empty() { Ok(()) } else { Err(BrokenChange::Trailing) }
}

/// In ascending order and none twice, as the library writes them.
fn deps(reader: &mut Reader<'_>) -> Result<(), BrokenChange> {
    let count = reader.unsigned()?;
    cap(count, MAX_DEPS, "changes that it builds upon")?;
    let mut last: Option<&[u8]> = None;
    for _ in 0..count {
        let hash = reader.take(HASH)?;
        if last.is_some_and(|last| last >= hash) {
            return Err(BrokenChange::Damaged("what it builds upon is out of order".into()));
        }
        last = Some(hash);
    }
    Ok(())
}

fn actor(reader: &mut Reader<'_>) -> Result<(), BrokenChange> {
    if reader.prefixed()?.len() == ACTOR { Ok(()) } else { Err(BrokenChange::Actor) }
}

fn columns(reader: &mut Reader<'_>, actors: u64) -> Result<(), BrokenChange> {
    let mut known = COLUMNS.into_iter();
    let count = reader.unsigned()?;
    cap(count, COLUMNS.len() as u64, "columns")?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (number, length) = (reader.unsigned()?, reader.unsigned()?);
        // What is of an unknown kind would be lost when the document is saved, and its hash with it.
        let column = known.by_ref().find(|(known, _)| *known == number);
        found.push((column.ok_or_else(unknown)?, length));
    }
    let mut keys = 0;
    for ((number, encoding), length) in found {
        let extent = measure(encoding, reader.take(length)?)?;
        check(number, encoding, extent, actors)?;
        keys += if encoding == Encoding::Text { extent.sum } else { 0 };
    }
    cap(keys, MAX_KEY_BYTES, "bytes of keys")
}

fn check(number: u64, encoding: Encoding, extent: Extent, actors: u64) -> Result<(), BrokenChange> {
    cap(extent.rows, MAX_OPERATIONS, "operations")?;
    if encoding == Encoding::Text {
        cap(extent.sum, MAX_KEY_BYTES, "bytes of keys")?;
    }
    if number == PREDECESSORS {
        cap(extent.sum, MAX_OPERATIONS, "operations that it replaces")?;
    }
    if encoding == Encoding::Actor && extent.largest >= actors {
        return Err(BrokenChange::Damaged("an actor is not in its list".into()));
    }
    Ok(())
}

fn unknown() -> BrokenChange {
    BrokenChange::Damaged("its columns are not those of a change, in their order".into())
}

fn cap(found: u64, most: u64, what: &'static str) -> Result<(), BrokenChange> {
    if found > most { Err(BrokenChange::Excessive(what)) } else { Ok(()) }
}
