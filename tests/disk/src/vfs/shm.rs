//! The memory that the connections of a database in WAL mode share. All of them are in this program, so it is plain
//! memory; it lives for as long as a connection has it, and a power cut begins a new one.

use super::files::ours;
use crate::held;
use rusqlite::ffi;
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, Mutex};

/// SQLite asks for regions of 32 KiB; words, so that they are aligned.
const WORDS: usize = 32 * 1024 / 8;

type Region = Box<UnsafeCell<[u64; WORDS]>>;

/// The regions; they never move.
#[derive(Debug, Default)]
pub struct Shm(Mutex<Vec<Region>>);

// SAFETY: SQLite orders its accesses by locks and barriers; this side hands out addresses and looks at nothing.
unsafe impl Send for Shm {}
// SAFETY: as above.
unsafe impl Sync for Shm {}

impl Shm {
    /// The address of a region; none when it is not there and must not be made.
    fn region(&self, number: usize, extend: bool) -> *mut c_void {
        let mut regions = held(&self.0);
        while extend && regions.len() <= number {
            regions.push(Box::new(UnsafeCell::new([0; WORDS])));
        }
        regions.get(number).map_or(std::ptr::null_mut(), |region| region.get().cast())
    }
}

pub unsafe extern "C" fn map(
    file: *mut ffi::sqlite3_file,
    number: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: see `ours`; a place for the answer.
    let (ours, out) = unsafe { (ours(file), &mut *out) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_SHMMAP };
    if usize::try_from(size).ok() != Some(WORDS * 8) {
        return ffi::SQLITE_IOERR_SHMSIZE;
    }
    let shm = ours.shm.get_or_insert_with(|| {
        let shm = found.shm.upgrade().unwrap_or_default();
        found.shm = Arc::downgrade(&shm);
        shm
    });
    *out = shm.region(usize::try_from(number).unwrap_or_default(), extend != 0);
    ffi::SQLITE_OK
}

pub unsafe extern "C" fn lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    many: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_SHMLOCK };
    let bits = ((1_u32 << many.unsigned_abs()) - 1) << first.unsigned_abs();
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        found.shm_locks.unlock(ours.opened.who, bits);
        return ffi::SQLITE_OK;
    }
    let alone = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    if found.shm_locks.lock(ours.opened.who, bits, alone) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

pub unsafe extern "C" fn barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

pub unsafe extern "C" fn unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    ours.shm = None;
    if let Ok(found) = held(&ours.machine).file(ours.opened) {
        found.shm_locks.leave(ours.opened.who);
    }
    ffi::SQLITE_OK
}
