//! Who has locked a file, and its shared memory, in SQLite's terms: <https://www.sqlite.org/lockingv3.html>,
//! <https://www.sqlite.org/walformat.html#locks>.

use std::collections::BTreeMap;

/// An open file.
pub type Who = u64;

pub const NONE: i32 = 0;
pub const SHARED: i32 = 1;
pub const RESERVED: i32 = 2;
pub const PENDING: i32 = 3;
pub const EXCLUSIVE: i32 = 4;

/// Locks of a file.
#[derive(Debug, Default)]
pub struct Locks(BTreeMap<Who, i32>);

impl Locks {
    /// Takes a lock; false when another one is in the way.
    pub fn lock(&mut self, who: Who, level: i32) -> bool {
        if self.0.get(&who).copied().unwrap_or(NONE) >= level {
            return true;
        }
        let others = self.highest_of_others(who);
        let taken = match level {
            SHARED => others < PENDING,
            RESERVED => others < RESERVED,
            _ => others < SHARED,
        };
        if taken {
            self.0.insert(who, level);
        } else if level == EXCLUSIVE && others == SHARED {
            // No new readers come in while the writer waits for the present ones.
            self.0.insert(who, PENDING);
        }
        taken
    }

    pub fn unlock(&mut self, who: Who, level: i32) {
        if level == NONE {
            self.0.remove(&who);
        } else {
            self.0.insert(who, level);
        }
    }

    pub fn is_reserved(&self) -> bool {
        self.0.values().any(|level| *level >= RESERVED)
    }

    fn highest_of_others(&self, who: Who) -> i32 {
        self.0.iter().filter(|(other, _)| **other != who).map(|(_, level)| *level).max().unwrap_or(NONE)
    }
}

/// Locks of the shared memory, as bits: who shares which, and who has which alone.
#[derive(Debug, Default)]
pub struct ShmLocks(BTreeMap<Who, (u32, u32)>);

impl ShmLocks {
    /// Takes locks; false when another one is in the way.
    pub fn lock(&mut self, who: Who, bits: u32, alone: bool) -> bool {
        let in_the_way = |(other, (shared, exclusive)): (&Who, &(u32, u32))| {
            *other != who && (exclusive | if alone { *shared } else { 0 }) & bits != 0
        };
        if self.0.iter().any(in_the_way) {
            return false;
        }
        let (shared, exclusive) = self.0.entry(who).or_default();
        *(if alone { exclusive } else { shared }) |= bits;
        true
    }

    pub fn unlock(&mut self, who: Who, bits: u32) {
        if let Some((shared, exclusive)) = self.0.get_mut(&who) {
            *shared &= !bits;
            *exclusive &= !bits;
        }
    }

    pub fn leave(&mut self, who: Who) {
        self.0.remove(&who);
    }
}
