//! A write-once index on disk: values under keys, in two temporary files that vanish with the process. The first
//! value of a key stands. Memory does not grow with it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use uuid::Uuid;

const KEY: usize = 16;
/// A slot of the table: a key and, after it, the place of its value in the log plus one; zero is a free slot.
const SLOT: usize = KEY + 8;

/// An index that is being filled: a log of key, length, value.
pub(super) struct Writer {
    log: BufWriter<File>,
    values: u64,
}

impl Writer {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { log: BufWriter::with_capacity(64 << 10, tempfile::tempfile()?), values: 0 })
    }

    pub(super) fn put(&mut self, key: Uuid, value: &[u8]) -> io::Result<()> {
        let length = u32::try_from(value.len()).map_err(io::Error::other)?;
        self.log.write_all(key.as_bytes())?;
        self.log.write_all(&length.to_le_bytes())?;
        self.log.write_all(value)?;
        self.values += 1;
        Ok(())
    }

    /// Builds the table over the log: open addressing, at most half full.
    pub(super) fn finish(self) -> io::Result<Index> {
        let log = self.log.into_inner().map_err(io::IntoInnerError::into_error)?;
        let slots = (self.values * 2).next_power_of_two();
        let table = tempfile::tempfile()?;
        table.set_len(slots * SLOT as u64)?;
        let mut index = Index { log, table, slots };
        index.fill(self.values)?;
        Ok(index)
    }
}

/// An index that can be asked.
pub(super) struct Index {
    log: File,
    table: File,
    slots: u64,
}

impl Index {
    pub(super) fn get(&mut self, key: Uuid) -> io::Result<Option<Vec<u8>>> {
        let (_, Some(place)) = self.find(key)? else { return Ok(None) };
        self.log.seek(SeekFrom::Start(place))?;
        let mut length = [0; 4];
        self.log.read_exact(&mut length)?;
        let mut value = vec![0; u32::from_le_bytes(length) as usize];
        self.log.read_exact(&mut value)?;
        Ok(Some(value))
    }

    fn fill(&mut self, values: u64) -> io::Result<()> {
        self.log.rewind()?;
        let mut log = BufReader::with_capacity(64 << 10, self.log.try_clone()?);
        let (mut key, mut length, mut place) = ([0; KEY], [0; 4], 0);
        for _ in 0..values {
            log.read_exact(&mut key)?;
            log.read_exact(&mut length)?;
            let value_length = u32::from_le_bytes(length);
            log.seek_relative(value_length.into())?;
            self.enter(Uuid::from_bytes(key), place + KEY as u64)?;
            place += (KEY + length.len()) as u64 + u64::from(value_length);
        }
        Ok(())
    }

    fn enter(&mut self, key: Uuid, place: u64) -> io::Result<()> {
        let (slot, None) = self.find(key)? else { return Ok(()) };
        self.table.seek(SeekFrom::Start(slot * SLOT as u64))?;
        let mut bytes = [0; SLOT];
        bytes[..KEY].copy_from_slice(key.as_bytes());
        bytes[KEY..].copy_from_slice(&(place + 1).to_le_bytes());
        self.table.write_all(&bytes)
    }

    /// The slot of a key, or the free one where it would go, and the place of its value.
    fn find(&mut self, key: Uuid) -> io::Result<(u64, Option<u64>)> {
        // Keys are hashes already: their low bits are as good as any.
        let (_, low) = key.as_u64_pair();
        let mut slot = low & (self.slots - 1);
        loop {
            let (found, place) = self.slot(slot)?;
            match place {
                0 => return Ok((slot, None)),
                place if found == key => return Ok((slot, Some(place - 1))),
                _ => slot = (slot + 1) & (self.slots - 1),
            }
        }
    }

    fn slot(&mut self, slot: u64) -> io::Result<(Uuid, u64)> {
        let (mut key, mut place) = ([0; KEY], [0; 8]);
        self.table.seek(SeekFrom::Start(slot * SLOT as u64))?;
        self.table.read_exact(&mut key)?;
        self.table.read_exact(&mut place)?;
        Ok((Uuid::from_bytes(key), u64::from_le_bytes(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Few low bits, so that keys collide in the table.
    fn key(n: u8) -> Uuid {
        Uuid::from_u64_pair(n.into(), u64::from(n % 4) << 62 | u64::from(n % 3))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_answers_like_a_map_whose_first_value_stands(
            puts in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..40)), 0..200),
        ) {
            let mut writer = Writer::new().unwrap();
            let mut map = HashMap::new();
            for (n, value) in &puts {
                writer.put(key(*n), value).unwrap();
                map.entry(*n).or_insert_with(|| value.clone());
            }
            let mut index = writer.finish().unwrap();
            for n in 0..=u8::MAX {
                prop_assert_eq!(index.get(key(n)).unwrap(), map.get(&n).cloned());
            }
        }
    }
}
