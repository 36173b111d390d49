//! Removing copies that nobody needs any more, and what processes that died have left.
//!
//! Both take an open step. While it is open no other process can commit a row, and whoever has a copy without a row holds its
//! lock: so a copy that no row and no lock speaks for is nobody's.

use std::collections::BTreeSet;
use std::io;

use siaga_engine::plant::{Plant, planted};
use siaga_vault::Digest;

use crate::disk::FileLock;
use crate::error::{StoreError, files};
use crate::media::folder::{MediaFolder, Name};
use crate::{Tx, folder, salvage};

const SWEEPING: &str = "sweeping the media folder";
const REMOVING: &str = "removing a copy";

impl MediaFolder {
    /// Removes a copy; says whether it is gone. It stays, for a sweep, while a row names it, while somebody else is just
    /// taking a file, which may be the same, and while a database that was set aside is not yet salvaged.
    ///
    /// `tx` is a step of its own, after the commit of the one in which [`Tx::forget_file`] gave this hash.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process has the folder locked; the disk's and the database's own.
    pub fn remove(&self, tx: &Tx<'_>, sha256: Digest) -> Result<bool, StoreError> {
        if tx.kept_files()?.contains(&sha256) || salvage::unsalvaged(tx.store)? > 0 {
            return Ok(false);
        }
        let Some(folder) = self.lock_if_there(REMOVING)? else { return Ok(true) };
        let names = self.names().map_err(files(REMOVING))?;
        if self.someone_is_taking(&names, folder.as_ref()).map_err(files(REMOVING))? {
            return Ok(false);
        }
        self.remove_if_there(&self.copy(sha256)).and_then(|_| self.sync()).map_err(files(REMOVING))?;
        Ok(true)
    }

    /// Removes what processes that died have left, and the copies that no row names; gives how many files that were. Copies
    /// stay while somebody is just taking a file, and for good when a database was ever set aside: its rows may be those that
    /// could not be read, and evidence is not thrown away on a guess (INV-9).
    ///
    /// `tx` is a step of its own that has changed nothing. Call it at the start, and rarely.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process has the folder locked; the disk's and the database's own.
    pub fn sweep(&self, tx: &Tx<'_>) -> Result<u32, StoreError> {
        let known = tx.kept_files()?;
        let options = &tx.store.options;
        let all_known = folder::numbered(&options.disk, &options.folder)?.is_empty();
        let Some(folder) = self.lock_if_there(SWEEPING)? else { return Ok(0) };
        self.sweep_locked(&known, all_known, folder.as_ref()).map_err(files(SWEEPING))
    }

    fn sweep_locked(&self, known: &BTreeSet<Digest>, all_known: bool, folder: &dyn FileLock) -> io::Result<u32> {
        let mut removed: u32 = 0;
        let names = self.names()?;
        for name in &names {
            if let Name::Part(file) = name
                && self.clear_lock(file, folder)?
            {
                removed = removed.saturating_add(u32::from(self.remove_if_there(&self.part(file))?));
            }
        }
        // Asked after the parts: the lock of a part that is alive is there too.
        if !self.someone_is_taking(&self.names()?, folder)? && all_known {
            for name in &names {
                if let Name::Copy(sha256) = name
                    && (!known.contains(sha256) || planted(Plant::SweepKept))
                {
                    removed = removed.saturating_add(u32::from(self.remove_if_there(&self.copy(*sha256))?));
                }
            }
        }
        self.sync()?;
        Ok(removed)
    }

    /// Whether any file's lock is held. Those that are not are removed on the way.
    fn someone_is_taking(&self, names: &[Name], folder: &dyn FileLock) -> io::Result<bool> {
        let mut alive = false;
        for name in names {
            if let Name::Lock(file) = name {
                alive |= !self.clear_lock(file, folder)?;
            }
        }
        Ok(alive)
    }

    pub(super) fn remove_if_there(&self, path: &std::path::Path) -> io::Result<bool> {
        match self.disk.files.remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.files.sync_folder(&self.folder)
    }

    /// Locks the folder; `None` when nothing was ever copied.
    fn lock_if_there(&self, what: &'static str) -> Result<Option<Box<dyn FileLock>>, StoreError> {
        if !self.disk.files.is_folder(&self.folder) {
            return Ok(None);
        }
        match self.lock() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(StoreError::Busy { what }),
            lock => lock.map(Some).map_err(files(what)),
        }
    }
}
