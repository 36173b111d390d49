//! The folder of a store: the names in it, and the few file operations that SQLite does not do for us.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::error::{StoreError, files};

/// The database.
pub(crate) const DATABASE: &str = "siaga.db";
/// The database and everything SQLite keeps beside it: they only make sense together. The database comes last: while it is
/// still in its place, what is beside it belongs to it.
pub(crate) const FAMILY: [&str; 4] = ["siaga.db-wal", "siaga.db-shm", "siaga.db-journal", DATABASE];
/// The write-ahead log.
pub(crate) const WAL: &str = "siaga.db-wal";
/// Where bad databases go (INV-9).
pub(crate) const SET_ASIDE: &str = "set-aside";
/// Held while a database is opened or set aside, so that no process opens what another is moving.
const LOCK: &str = "lock";

/// How long to sleep between two looks at the lock, in milliseconds: an opening takes a few syncs.
const LOCK_POLL_MS: u32 = 5;

/// Makes the folder, readable by its owner alone, when it is missing.
pub(crate) fn make(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    let what = "making the store's folder";
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(files(what))?;
    match folder.parent() {
        // A relative name of one part has an empty parent: the current folder.
        Some(parent) if parent.as_os_str().is_empty() => sync(Path::new(".")),
        Some(parent) => sync(parent),
        None => Ok(()),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync(folder: &Path) -> Result<(), StoreError> {
    let what = "syncing a folder";
    #[cfg(unix)]
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(files(what))?;
    // Elsewhere a folder cannot be opened as a file; the platform journals names itself.
    #[cfg(not(unix))]
    let _ = (folder, what);
    Ok(())
}

/// The size of a file in bytes; 0 when it is missing.
pub(crate) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// Writes a small file and makes it durable; its folder has still to be synced.
pub(crate) fn write(path: &Path, bytes: &[u8], what: &'static str) -> Result<(), StoreError> {
    let mut file = File::create(path).map_err(files(what))?;
    std::io::Write::write_all(&mut file, bytes).map_err(files(what))?;
    file.sync_all().map_err(files(what))
}

/// The folders inside `set-aside` with their numbers, smallest first. Anything else in there is left alone.
pub(crate) fn numbered(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let what = "listing what was set aside";
    let parent = folder.join(SET_ASIDE);
    if !parent.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(&parent).map_err(files(what))? {
        let entry = entry.map_err(files(what))?;
        if let Some(number) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) {
            found.push((number, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Holds the folder's lock until it is dropped; the kernel lets go of it when the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock, waiting at most `busy_ms`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another process keeps it, [`StoreError::Io`] when the file cannot be made.
    pub(crate) fn take(folder: &Path, busy_ms: u32) -> Result<Self, StoreError> {
        let what = "locking the store's folder";
        let file = File::options().create(true).append(true).open(folder.join(LOCK)).map_err(files(what))?;
        let mut waited_ms: u32 = 0;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if waited_ms >= busy_ms => return Err(StoreError::Busy { what }),
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(Duration::from_millis(u64::from(LOCK_POLL_MS)));
                    waited_ms = waited_ms.saturating_add(LOCK_POLL_MS);
                }
                Err(TryLockError::Error(error)) => return Err(files(what)(error)),
            }
        }
    }
}
