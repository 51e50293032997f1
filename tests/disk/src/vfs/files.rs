//! What SQLite does with an open file.

use super::{Handle, Ours, code, shm};
use crate::held;
use crate::machine::Refused;
use rusqlite::ffi;
use std::ffi::{c_int, c_void};

pub static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm::map),
    xShmLock: Some(shm::lock),
    xShmBarrier: Some(shm::barrier),
    xShmUnmap: Some(shm::unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Our side of a file.
pub unsafe fn ours<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Ours {
    // SAFETY: SQLite hands over what `open` filled, uses it from one thread at a time, and not after `close`.
    unsafe { &mut *(*file.cast::<Handle>()).ours }
}

fn offset(at: ffi::sqlite3_int64) -> usize {
    usize::try_from(at).unwrap_or_default()
}

fn length(many: c_int) -> usize {
    usize::try_from(many).unwrap_or_default()
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: made by `open`, and not used after this.
    let ours = unsafe { Box::from_raw((*file.cast::<Handle>()).ours) };
    held(&ours.machine).close(ours.opened);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    many: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: see `ours`; the buffer has room for so many bytes.
    let (ours, buffer) =
        unsafe { (ours(file), std::slice::from_raw_parts_mut(into.cast::<u8>(), length(many))) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_READ };
    let found = found.read(offset(at), buffer);
    buffer[found..].fill(0);
    if found < buffer.len() { ffi::SQLITE_IOERR_SHORT_READ } else { ffi::SQLITE_OK }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    many: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: see `ours`; the buffer has so many bytes.
    let (ours, bytes) = unsafe { (ours(file), std::slice::from_raw_parts(from.cast::<u8>(), length(many))) };
    match held(&ours.machine).write(ours.opened, offset(at), bytes) {
        Err(Refused::Failed) => ffi::SQLITE_IOERR_WRITE,
        outcome => code(outcome),
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    match held(&ours.machine).truncate(ours.opened, offset(size)) {
        Err(Refused::Failed) => ffi::SQLITE_IOERR_TRUNCATE,
        outcome => code(outcome),
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    match held(&ours.machine).sync(&mut ours.opened) {
        Err(Refused::Failed) => ffi::SQLITE_IOERR_FSYNC,
        outcome => code(outcome),
    }
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `ours`; a place for the answer.
    let ours = unsafe { ours(file) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_FSTAT };
    // SAFETY: as above.
    unsafe { *out = ffi::sqlite3_int64::try_from(found.len()).unwrap_or_default() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_LOCK };
    if found.locks.lock(ours.opened.who, level) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `ours`.
    let ours = unsafe { ours(file) };
    let mut machine = held(&ours.machine);
    // Without power there are no locks.
    if let Ok(found) = machine.file(ours.opened) {
        found.locks.unlock(ours.opened.who, level);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: see `ours`; a place for the answer.
    let ours = unsafe { ours(file) };
    let mut machine = held(&ours.machine);
    let Ok(found) = machine.file(ours.opened) else { return ffi::SQLITE_IOERR_CHECKRESERVEDLOCK };
    // SAFETY: as above.
    unsafe { *out = c_int::from(found.locks.is_reserved()) };
    ffi::SQLITE_OK
}

/// Nothing beyond what every disk can do.
unsafe extern "C" fn control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

/// As SQLite takes it for real disks: what stands beside a write in a sector is not harmed by it.
unsafe extern "C" fn sector(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}
