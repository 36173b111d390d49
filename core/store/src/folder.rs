//! The folder of a store: the names in it, and what is done with them between SQLite's own files.

use std::path::{Path, PathBuf};

use crate::disk::{Disk, FileLock};
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

/// Makes the names in a folder durable.
pub(crate) fn sync(disk: &Disk, folder: &Path) -> Result<(), StoreError> {
    disk.files.sync_folder(folder).map_err(files("syncing a folder"))
}

/// The size of a file in bytes; 0 when it is missing.
pub(crate) fn size(disk: &Disk, file: &Path) -> u64 {
    disk.files.size(file).unwrap_or(0)
}

/// The folders inside `set-aside` with their numbers, smallest first. Anything else in there is left alone.
pub(crate) fn numbered(disk: &Disk, folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let parent = folder.join(SET_ASIDE);
    let names = disk.files.names(&parent).map_err(files("listing what was set aside"))?;
    let number = |name: String| name.parse::<u64>().ok().map(|number| (number, parent.join(name)));
    let mut found: Vec<(u64, PathBuf)> = names.into_iter().filter_map(number).collect();
    found.sort();
    Ok(found)
}

/// Takes the folder's lock, waiting at most `busy_ms`; it is held until it is dropped.
///
/// # Errors
/// [`StoreError::Busy`] when another process keeps it, [`StoreError::Io`] when the file cannot be made.
pub(crate) fn lock(disk: &Disk, folder: &Path, busy_ms: u32) -> Result<Box<dyn FileLock>, StoreError> {
    let what = "locking the store's folder";
    let held_by_another = |error: &std::io::Error| error.kind() == std::io::ErrorKind::WouldBlock;
    disk.files
        .lock(&folder.join(LOCK), busy_ms)
        .map_err(|error| if held_by_another(&error) { StoreError::Busy { what } } else { files(what)(error) })
}
