//! The disk as SQLite's "VFS", <https://www.sqlite.org/vfs.html>: translates between C and `machine`. The only place of
//! the house with unsafe code: SQLite calls by pointers.

#![allow(unsafe_code, reason = "SQLite hands over raw pointers; each use says why it may be followed")]

mod files;
mod shm;

pub use shm::Shm;

use crate::machine::{How, Machine, Opened, Refused};
use crate::{Disk, Shared, held};
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int};
use std::path::Path;
use std::sync::{Arc, Mutex, Once};

const JOURNALS: c_int = ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL;

/// An open file, as SQLite keeps it: it knows the first field, the rest is ours.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    ours: *mut Ours,
}

/// Our side of an open file.
struct Ours {
    machine: Shared,
    opened: Opened,
    shm: Option<Arc<Shm>>,
}

/// Registers the disk as the one that SQLite uses where no other is named.
pub fn install() {
    static ONCE: Once = Once::new();
    // SAFETY: the default VFS lives for ever; ours is leaked, so it does too. Clock, chance and waiting stay the default's,
    // whose functions do not look at the VFS that they are called for.
    ONCE.call_once(|| unsafe {
        let default = ffi::sqlite3_vfs_find(std::ptr::null());
        let vfs = Box::leak(Box::new(*default));
        vfs.iVersion = 2;
        vfs.szOsFile = c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX);
        vfs.zName = c"rounds-disk".as_ptr();
        vfs.pNext = std::ptr::null_mut();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        vfs.xFullPathname = Some(full_path);
        ffi::sqlite3_vfs_register(vfs, 1);
    });
}

/// SQLite's number for an outcome.
fn code(outcome: Result<(), Refused>) -> c_int {
    match outcome {
        Ok(()) => ffi::SQLITE_OK,
        Err(Refused::Failed) => ffi::SQLITE_IOERR,
        Err(Refused::Full) => ffi::SQLITE_FULL,
        Err(Refused::Missing) => ffi::SQLITE_CANTOPEN,
    }
}

/// A path, parted into its machine and its name there; none for what has no name.
unsafe fn place(path: *const c_char) -> Option<(Shared, String)> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite's names end with a zero.
    let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
    let path = Path::new(path);
    let name = path.file_name()?.to_str()?;
    Some((Disk::of(path.parent()?).0, name.to_owned()))
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero or none, room for a `Handle`, and a place for the flags or none.
    unsafe {
        (*file).pMethods = std::ptr::null();
        let named = place(path);
        let nameless = || (Arc::new(Mutex::new(Machine::default())), String::new());
        let name = named.as_ref().map(|(_, name)| name.clone());
        let (machine, _) = named.unwrap_or_else(nameless);
        let how = How { create: flags & ffi::SQLITE_OPEN_CREATE != 0, journal: flags & JOURNALS != 0 };
        let opened = held(&machine).open(name.as_deref(), how);
        let opened = match opened {
            Ok(opened) => opened,
            Err(refused) => return code(Err(refused)),
        };
        if !out.is_null() {
            *out = flags;
        }
        let handle = file.cast::<Handle>();
        (*handle).ours = Box::into_raw(Box::new(Ours { machine, opened, shm: None }));
        (*file).pMethods = &files::METHODS;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, sync: c_int) -> c_int {
    // SAFETY: a name that ends with a zero.
    let Some((machine, name)) = (unsafe { place(path) }) else { return ffi::SQLITE_IOERR_DELETE };
    match held(&machine).remove(&name, sync != 0) {
        Err(Refused::Missing) => ffi::SQLITE_IOERR_DELETE_NOENT,
        outcome => code(outcome),
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    _: c_int,
    found: *mut c_int,
) -> c_int {
    // SAFETY: a name that ends with a zero, and a place for the answer.
    unsafe {
        let exists = place(path).map_or(Ok(false), |(machine, name)| held(&machine).exists(&name));
        *found = c_int::from(exists.unwrap_or(false));
        code(exists.map(drop))
    }
}

/// Paths are whole already.
unsafe extern "C" fn full_path(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a name that ends with a zero, and so much room.
    unsafe {
        let bytes = CStr::from_ptr(path).to_bytes_with_nul();
        if usize::try_from(room).unwrap_or_default() < bytes.len() {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}
