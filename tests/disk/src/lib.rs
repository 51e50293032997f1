//! Disks that a test holds in its hand: SQLite writes to them as to any other, and the test says when the power goes,
//! what of the unsynced writes is lost, when a disk is full and when it fails. Knows nothing of what is kept on them.
//!
//! A **machine** is a folder: all databases in it lose power together. What is on a disk is in memory; what other
//! programs write into the same folder (locks, keys) is on the real one and loses nothing.

mod faults;
mod file;
mod locks;
mod machine;
mod vfs;

pub use faults::Loss;
pub use file::Piece;

use machine::Machine;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What SQLite and the tests share.
type Shared = Arc<Mutex<Machine>>;

static MACHINES: Mutex<BTreeMap<PathBuf, Shared>> = Mutex::new(BTreeMap::new());

/// From now on every database that this program opens is on such a disk.
pub fn install() {
    vfs::install();
}

/// The disk of a machine.
#[derive(Clone)]
pub struct Disk(Shared);

impl Disk {
    /// The disk of the machine whose data is in this folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self(held(&MACHINES).entry(folder.to_owned()).or_default().clone())
    }

    /// A machine that nobody needs any more. Who still has a file of it open keeps that.
    pub fn forget(folder: &Path) {
        drop(held(&MACHINES).remove(folder));
    }

    /// How many writes, truncations, syncs and removals there were.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.machine().operations()
    }

    /// The power goes at once. Everything fails until [`Disk::restart`].
    pub fn cut(&self, loss: Loss) {
        self.machine().cut(loss);
    }

    /// The power goes in the middle of the operation that comes after so many others.
    pub fn cut_after(&self, operations: u64, loss: Loss) {
        self.machine().faults.cut_after(operations, loss);
    }

    /// The operation that comes after so many others fails, and has no effect.
    pub fn fail_after(&self, operations: u64) {
        self.machine().faults.fail_after(operations);
    }

    /// There is room for so many bytes and no more.
    pub fn leave_room(&self, bytes: usize) {
        self.machine().faults.room = Some(bytes);
    }

    /// No faults are to come any more.
    pub fn heal(&self) {
        self.machine().faults = faults::Faults::default();
    }

    /// The power is gone.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.machine().is_dead()
    }

    /// The power is back: what survived can be opened anew. What was open before stays dead.
    pub fn restart(&self) {
        self.machine().restart();
    }

    /// Turns over one bit of a file, at a place from 0 to 1 of its length.
    pub fn flip(&self, file: &str, place: f64) {
        self.machine().flip(file, place);
    }

    /// Copies what programs see to the disk of another machine, over what is there.
    pub fn copy_to(&self, folder: &Path) {
        let copy = self.machine().copy(Loss::Nothing);
        Self::of(folder).machine().become_like(copy);
    }

    /// Copies what would be found if the power went now and took all with it that it can.
    pub fn copy_durable_to(&self, folder: &Path) {
        let copy = self.machine().copy(Loss::Everything);
        Self::of(folder).machine().become_like(copy);
    }

    /// Every byte on the disk in pieces of files: what is seen, what was synced, and each write since.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        self.machine().pieces()
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        held(&self.0)
    }
}

/// Nothing is left half done by a test that panicked elsewhere.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
