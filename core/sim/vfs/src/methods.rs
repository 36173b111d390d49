//! The glue between SQLite's `sqlite3_io_methods` and the trait of an open file.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::Arc;

use rusqlite::ffi::{self, SQLITE_NOTFOUND, SQLITE_OK, sqlite3_file, sqlite3_int64, sqlite3_io_methods};

use crate::glue::{answer, count};
use crate::{File, Level, Refusal, Region, ShmLock};

/// As the VFS for unix: `SQLITE_DEFAULT_SECTOR_SIZE`.
const SECTOR_BYTES: c_int = 4096;

/// What SQLite allocates for a file: its own part first, then ours.
#[repr(C)]
pub(crate) struct Handle {
    pub(crate) base: sqlite3_file,
    pub(crate) opened: *mut Opened,
}

/// An open file, and the regions whose addresses SQLite has been given.
pub(crate) struct Opened {
    pub(crate) file: Box<dyn File>,
    pub(crate) regions: Vec<Arc<Region>>,
}

pub(crate) static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// # Safety
/// The file is one that [`open`] filled in and [`close`] has not seen, and no other reference to it is alive.
unsafe fn opened<'a>(file: *mut sqlite3_file) -> &'a mut Opened {
    // SAFETY: `open` put a boxed `Opened` there.
    unsafe { &mut *(*file.cast::<Handle>()).opened }
}

fn from_start(number: sqlite3_int64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

const fn level(number: c_int) -> Level {
    match number {
        ffi::SQLITE_LOCK_EXCLUSIVE => Level::Exclusive,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        _ => Level::None,
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: `open` boxed it, and SQLite closes a file once.
    let opened = unsafe { Box::from_raw((*file.cast::<Handle>()).opened) };
    answer(ffi::SQLITE_IOERR_CLOSE, || {
        drop(opened);
        Ok(())
    })
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, bytes: c_int, offset: sqlite3_int64) -> c_int {
    // SAFETY: an open file, and that many bytes. They are zeroed first: so they are initialised, and what lies behind the
    // file's end reads as zeros, as SQLite demands.
    let (opened, into) = unsafe {
        ptr::write_bytes(into.cast::<u8>(), 0, count(bytes));
        (opened(file), slice::from_raw_parts_mut(into.cast::<u8>(), count(bytes)))
    };
    let wanted = into.len();
    let mut got = 0;
    let code = answer(ffi::SQLITE_IOERR_READ, || {
        got = opened.file.read(from_start(offset), into)?;
        Ok(())
    });
    if code == SQLITE_OK && got < wanted { ffi::SQLITE_IOERR_SHORT_READ } else { code }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, bytes: c_int, offset: sqlite3_int64) -> c_int {
    // SAFETY: an open file, and that many bytes, which SQLite has filled.
    let (opened, from) = unsafe { (opened(file), slice::from_raw_parts(from.cast::<u8>(), count(bytes))) };
    answer(ffi::SQLITE_IOERR_WRITE, || opened.file.write(from_start(offset), from))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_TRUNCATE, || opened.file.truncate(from_start(size)))
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_FSYNC, || opened.file.sync())
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_FSTAT, || {
        let size = opened.file.size()?;
        // SAFETY: SQLite gives a place for the answer.
        unsafe { out.write(sqlite3_int64::try_from(size).unwrap_or(sqlite3_int64::MAX)) };
        Ok(())
    })
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_LOCK, || opened.file.lock(level(wanted)))
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_UNLOCK, || opened.file.unlock(level(wanted)))
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_CHECKRESERVEDLOCK, || {
        let reserved = opened.file.is_reserved()?;
        // SAFETY: SQLite gives a place for the answer.
        unsafe { out.write(c_int::from(reserved)) };
        Ok(())
    })
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    if operation != ffi::SQLITE_FCNTL_HAS_MOVED {
        return SQLITE_NOTFOUND;
    }
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    answer(ffi::SQLITE_IOERR_FSTAT, || {
        let moved = opened.file.has_moved()?;
        // SAFETY: the argument of this operation is a place for an `int`.
        unsafe { argument.cast::<c_int>().write(c_int::from(moved)) };
        Ok(())
    })
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    SECTOR_BYTES
}

unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file, and a place for the answer, which is null until there is one.
    let opened = unsafe {
        out.write(ptr::null_mut());
        opened(file)
    };
    answer(ffi::SQLITE_IOERR_SHMMAP, || {
        if count(bytes) > Region::BYTES {
            return Err(Refusal::Failed);
        }
        let Some(region) = opened.file.shm_map(count(region), extend != 0)? else { return Ok(()) };
        let start = region.start();
        // SQLite keeps the address until it unmaps: so the region is kept alive as long.
        opened.regions.push(region);
        // SAFETY: the place from above.
        unsafe { out.write(start) };
        Ok(())
    })
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, first: c_int, slots: c_int, flags: c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    let mask = (first..first.saturating_add(slots)).filter_map(|slot| u32::try_from(slot).ok());
    let mask = mask.fold(0, |mask: u8, slot| mask | 1_u8.checked_shl(slot).unwrap_or(0));
    let how = if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        ShmLock::Unlock
    } else if flags & ffi::SQLITE_SHM_EXCLUSIVE != 0 {
        ShmLock::Exclusive
    } else {
        ShmLock::Shared
    };
    answer(ffi::SQLITE_IOERR_SHMLOCK, || opened.file.shm_lock(mask, how))
}

unsafe extern "C" fn shm_barrier(_: *mut sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: an open file.
    let opened = unsafe { opened(file) };
    let code = answer(ffi::SQLITE_IOERR_SHMMAP, || {
        opened.file.shm_unmap(delete != 0);
        Ok(())
    });
    opened.regions.clear();
    code
}
