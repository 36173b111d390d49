//! The glue between SQLite's `sqlite3_vfs` and the trait. Every call runs behind [`answer`]: a panic stays on this side.

use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt;
use std::mem::size_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::slice;
use std::sync::Arc;

use rusqlite::ffi::{
    self, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_OK, sqlite3, sqlite3_file, sqlite3_int64, sqlite3_vfs,
};

use crate::methods::{self, Handle, Opened};
use crate::{Opening, Purpose, Refusal, Vfs};

const PATH_BYTES_MAX: c_int = 512;
/// The unix epoch as SQLite counts, in milliseconds of the Julian day.
const EPOCH_JULIAN_MS: i64 = 210_866_760_000_000;

/// SQLite did not take a VFS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRegistered {
    /// SQLite's result code; 0 when the name has a zero byte in it.
    pub code: i32,
}

impl fmt::Display for NotRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLite did not register the VFS (code {}); choose another name", self.code)
    }
}

impl std::error::Error for NotRegistered {}

/// Registers a disk under a name, for the life of the process. As the default it serves all who name no VFS.
///
/// # Errors
/// [`NotRegistered`].
pub fn register(name: &str, make_default: bool, vfs: Arc<dyn Vfs>) -> Result<(), NotRegistered> {
    let name = CString::new(name).map_err(|_| NotRegistered { code: 0 })?;
    let registered = Box::new(sqlite3_vfs {
        iVersion: 2,
        szOsFile: c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX),
        mxPathname: PATH_BYTES_MAX,
        pNext: ptr::null_mut(),
        zName: name.into_raw(),
        pAppData: Box::into_raw(Box::new(vfs)).cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    });
    // SAFETY: the structure, its name and its disk are leaked, so they are valid whenever SQLite looks at them.
    let code = unsafe { ffi::sqlite3_vfs_register(Box::into_raw(registered), c_int::from(make_default)) };
    if code == SQLITE_OK { Ok(()) } else { Err(NotRegistered { code }) }
}

/// Makes SQLite seed its generator anew, from the default VFS or from the last [`seed_randomness`]. It is one for the process.
pub fn reset_randomness() {
    // SAFETY: a null buffer is SQLite's documented way to ask for this.
    unsafe { ffi::sqlite3_randomness(0, ptr::null_mut()) };
}

/// Seeds SQLite's generator of the whole process: the same calls give the same bytes from now on; 0 goes back to the default VFS.
pub fn seed_randomness(seed: u32) {
    let seed: c_int = seed.cast_signed();
    // SAFETY: the documented arguments of this verb: an `int` and a database, which may be null.
    unsafe { ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_PRNG_SEED, seed, ptr::null_mut::<sqlite3>()) };
}

/// Makes SQLite's code of an answer; `failed` is the code of a disk that failed at this call.
pub(crate) fn answer(failed: c_int, call: impl FnOnce() -> Result<(), Refusal>) -> c_int {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => SQLITE_OK,
        Ok(Err(Refusal::Busy)) => ffi::SQLITE_BUSY,
        Ok(Err(Refusal::Full)) if failed == ffi::SQLITE_IOERR_SHMMAP => ffi::SQLITE_IOERR_SHMSIZE,
        Ok(Err(Refusal::Full)) if failed != SQLITE_CANTOPEN => ffi::SQLITE_FULL,
        Ok(Err(Refusal::NotFound)) if failed == ffi::SQLITE_IOERR_DELETE => ffi::SQLITE_IOERR_DELETE_NOENT,
        Ok(Err(Refusal::Full | Refusal::NotFound | Refusal::Failed)) => failed,
        Err(_) => SQLITE_IOERR,
    }
}

/// # Safety
/// The VFS is one of ours.
unsafe fn disk<'a>(vfs: *mut sqlite3_vfs) -> &'a dyn Vfs {
    // SAFETY: `register` put a leaked `Arc` there.
    unsafe { &**(*vfs).pAppData.cast::<Arc<dyn Vfs>>() }
}

/// # Safety
/// The path is null or a C string that lives as long as the answer is used.
unsafe fn text<'a>(path: *const c_char) -> Option<&'a str> {
    // SAFETY: as the caller says.
    if path.is_null() { None } else { unsafe { CStr::from_ptr(path) }.to_str().ok() }
}

pub(crate) fn count(number: c_int) -> usize {
    usize::try_from(number).unwrap_or(0)
}

const fn purpose(flags: c_int) -> Purpose {
    if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 {
        Purpose::Database
    } else if flags & ffi::SQLITE_OPEN_WAL != 0 {
        Purpose::Log
    } else if flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL) != 0 {
        Purpose::Journal
    } else {
        Purpose::Temporary
    }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives one of our VFS, a path that is null or a C string, and room for a `Handle`. Without methods it
    // does not close a file that could not be opened.
    let (disk, path, handle) = unsafe {
        let handle = file.cast::<Handle>();
        handle.write(Handle { base: sqlite3_file { pMethods: ptr::null() }, opened: ptr::null_mut() });
        (disk(vfs), if path.is_null() { Ok(None) } else { text(path).map(Some).ok_or(Refusal::Failed) }, handle)
    };
    let how = Opening {
        purpose: purpose(flags),
        create: flags & ffi::SQLITE_OPEN_CREATE != 0,
        exclusive: flags & ffi::SQLITE_OPEN_EXCLUSIVE != 0,
        delete_on_close: flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0,
    };
    answer(SQLITE_CANTOPEN, || {
        let opened = Box::new(Opened { file: disk.open(path?, how)?, regions: Vec::new() });
        // SAFETY: the room from above; SQLite wants the flags when it gives a place for them.
        unsafe {
            handle.write(Handle {
                base: sqlite3_file { pMethods: &raw const methods::METHODS },
                opened: Box::into_raw(opened),
            });
            if !flags_out.is_null() {
                flags_out.write(flags);
            }
        }
        Ok(())
    })
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, path: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: one of our VFS, a C string.
    let (disk, path) = unsafe { (disk(vfs), text(path)) };
    answer(ffi::SQLITE_IOERR_DELETE, || disk.delete(path.ok_or(Refusal::NotFound)?, sync_folder & 1 != 0))
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, path: *const c_char, flags: c_int, found: *mut c_int) -> c_int {
    // SAFETY: one of our VFS, a C string.
    let (disk, path) = unsafe { (disk(vfs), text(path)) };
    answer(ffi::SQLITE_IOERR_ACCESS, || {
        let exists = disk.exists(path.ok_or(Refusal::Failed)?, flags != ffi::SQLITE_ACCESS_EXISTS)?;
        // SAFETY: SQLite gives a place for the answer.
        unsafe { found.write(c_int::from(exists)) };
        Ok(())
    })
}

unsafe extern "C" fn full_pathname(_: *mut sqlite3_vfs, path: *const c_char, room: c_int, out: *mut c_char) -> c_int {
    // SAFETY: a C string, and `room` bytes to copy it to.
    unsafe {
        let bytes = CStr::from_ptr(path).to_bytes_with_nul();
        if bytes.len() > count(room) {
            return SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast(), bytes.len());
    }
    SQLITE_OK
}

unsafe extern "C" fn randomness(vfs: *mut sqlite3_vfs, bytes: c_int, out: *mut c_char) -> c_int {
    // SAFETY: one of our VFS, and that many bytes, which are made initialised before they become a slice.
    let (disk, into) = unsafe {
        ptr::write_bytes(out, 0, count(bytes));
        (disk(vfs), slice::from_raw_parts_mut(out.cast::<u8>(), count(bytes)))
    };
    answer(SQLITE_IOERR, || {
        disk.randomness(into);
        Ok(())
    });
    bytes
}

unsafe extern "C" fn sleep(vfs: *mut sqlite3_vfs, wait_us: c_int) -> c_int {
    // SAFETY: one of our VFS.
    let disk = unsafe { disk(vfs) };
    answer(SQLITE_IOERR, || {
        disk.sleep(u64::try_from(wait_us).unwrap_or(0));
        Ok(())
    });
    wait_us
}

unsafe extern "C" fn current_time(vfs: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    let mut julian_ms = 0;
    // SAFETY: one of our VFS, and places for the answers.
    unsafe {
        let code = current_time_int64(vfs, &raw mut julian_ms);
        #[allow(clippy::cast_precision_loss, reason = "the interface of SQLite")]
        out.write(julian_ms as f64 / 86_400_000.0);
        code
    }
}

unsafe extern "C" fn current_time_int64(vfs: *mut sqlite3_vfs, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: one of our VFS.
    let disk = unsafe { disk(vfs) };
    answer(SQLITE_IOERR, || {
        let now = disk.now_ms().saturating_add(EPOCH_JULIAN_MS);
        // SAFETY: SQLite gives a place for the answer.
        unsafe { out.write(now) };
        Ok(())
    })
}

unsafe extern "C" fn last_error(_: *mut sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    SQLITE_OK
}
