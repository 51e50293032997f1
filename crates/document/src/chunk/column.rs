//! How much a column stands for. Columns are run-length encoded: three bytes may stand for a billion rows.

use super::reader::Reader;
use crate::BrokenChange;

/// How the rows of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Runs of places in the change's list of actors.
    Actor,
    /// Runs of numbers.
    Number,
    /// Runs of differences.
    Delta,
    /// Runs of text.
    Text,
    /// Lengths of runs, false and true in turn.
    Truth,
    /// Bytes that other columns cut into values.
    Raw,
}

/// What a column would be once expanded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Rows.
    pub rows: u64,
    /// The sum of all numbers, or the bytes of all texts.
    pub sum: u64,
    /// The largest number.
    pub largest: u64,
}

impl Extent {
    fn run(&mut self, rows: u64, value: u64) {
        self.rows = self.rows.saturating_add(rows);
        self.sum = self.sum.saturating_add(rows.saturating_mul(value));
        self.largest = self.largest.max(value);
    }
}

/// Measures a column, run by run.
pub(super) fn measure(encoding: Encoding, column: &[u8]) -> Result<Extent, BrokenChange> {
    let (mut reader, mut extent) = (Reader::new(column), Extent::default());
    while !reader.is_empty() {
        match encoding {
            Encoding::Raw => return Ok(extent),
            Encoding::Truth => extent.run(reader.unsigned()?, 0),
            Encoding::Actor | Encoding::Number | Encoding::Delta | Encoding::Text => {
                run(encoding, &mut reader, &mut extent)?;
            }
        }
    }
    Ok(extent)
}

/// A positive count repeats one value, a negative one precedes that many values, zero precedes a count of nulls.
fn run(encoding: Encoding, reader: &mut Reader<'_>, extent: &mut Extent) -> Result<(), BrokenChange> {
    match reader.signed()? {
        0 => extent.run(reader.unsigned()?, 0),
        count if count > 0 => extent.run(count.unsigned_abs(), value(encoding, reader)?),
        // Each value has at least one byte: a count that is a lie ends with the column.
        count => (0..count.unsigned_abs())
            .try_for_each(|_| value(encoding, reader).map(|value| extent.run(1, value)))?,
    }
    Ok(())
}

fn value(encoding: Encoding, reader: &mut Reader<'_>) -> Result<u64, BrokenChange> {
    match encoding {
        Encoding::Text => reader.prefixed().map(|text| text.len() as u64),
        Encoding::Delta => reader.signed().map(i64::unsigned_abs),
        Encoding::Actor | Encoding::Number | Encoding::Truth | Encoding::Raw => reader.unsigned(),
    }
}
