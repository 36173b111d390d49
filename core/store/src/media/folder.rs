//! The folder of own copies: the names in it and its locks.
//!
//! - `<sha256>` is a copy, whole and on the disk.
//! - `<event>.part` is one that is being made, or was.
//! - `<event>.lock` is locked from then until its row is committed.
//! - `<sha256>-<offset>-<length>.slice` is a part of a copy, whole as well; while it is made it has a part and a lock.
//! - `lock` is locked for a moment by whoever takes, gives back or removes one of the others: a file that was removed while
//!   somebody was about to lock it would be a lock on nothing.

use std::io;
use std::path::PathBuf;

use siaga_vault::Digest;

use crate::disk::{Disk, FileLock, FileReader};
use crate::options::StoreOptions;

const FOLDER: &str = "media";
const LOCK: &str = "lock";
const PART_ENDING: &str = ".part";
const LOCK_ENDING: &str = ".lock";
const SLICE_ENDING: &str = ".slice";

/// The own copies of attached files. Cheap to clone; any thread may use it, also while a step is under way.
#[derive(Clone, Debug)]
pub struct MediaFolder {
    pub(super) disk: Disk,
    pub(super) folder: PathBuf,
    busy_ms: u32,
}

/// What a name in the folder is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    Copy(Digest),
    Part(String),
    Lock(String),
    Slice(String),
    /// The folder's lock, and what is none of ours.
    Other,
}

impl Name {
    fn of(name: &str) -> Self {
        if let Ok(sha256) = name.parse() {
            return Self::Copy(sha256);
        }
        let Some((stem, ending)) = name.rfind('.').and_then(|dot| name.split_at_checked(dot)) else {
            return Self::Other;
        };
        match ending {
            PART_ENDING => Self::Part(stem.to_owned()),
            LOCK_ENDING => Self::Lock(stem.to_owned()),
            SLICE_ENDING => Self::Slice(stem.to_owned()),
            _ => Self::Other,
        }
    }
}

impl MediaFolder {
    /// The copies of the store with these options. Nothing is made before the first copy.
    #[must_use]
    pub fn new(options: &StoreOptions) -> Self {
        let StoreOptions { disk, folder, busy_ms, .. } = options;
        Self { disk: disk.clone(), folder: folder.join(FOLDER), busy_ms: *busy_ms }
    }

    /// Opens a copy, to read pieces of it.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none of this hash, and the disk's own.
    pub fn slice(&self, sha256: Digest) -> io::Result<Box<dyn FileReader>> {
        self.disk.files.open(&self.copy(sha256))
    }

    /// Where a copy is, for whoever has to open it by itself.
    #[must_use]
    pub fn path(&self, sha256: Digest) -> PathBuf {
        self.copy(sha256)
    }

    /// How many bytes the copies have together, without those that are being made.
    ///
    /// # Errors
    /// The disk's.
    pub fn bytes_kept(&self) -> io::Result<u64> {
        let mut bytes: u64 = 0;
        for name in self.names()? {
            if let Name::Copy(sha256) = name {
                bytes = bytes.saturating_add(self.disk.files.size(&self.copy(sha256)).unwrap_or(0));
            }
        }
        Ok(bytes)
    }

    pub(super) fn names(&self) -> io::Result<Vec<Name>> {
        let mut names = self.disk.files.names(&self.folder)?;
        // No two runs do the same things in another order.
        names.sort();
        Ok(names.iter().map(|name| Name::of(name)).collect())
    }

    pub(super) fn copy(&self, sha256: Digest) -> PathBuf {
        self.folder.join(sha256.to_string())
    }

    pub(super) fn part(&self, file: &str) -> PathBuf {
        self.folder.join(format!("{file}{PART_ENDING}"))
    }

    pub(super) fn slice_file(&self, slice: &str) -> PathBuf {
        self.folder.join(format!("{slice}{SLICE_ENDING}"))
    }

    pub(super) fn lock_file(&self, file: &str) -> PathBuf {
        self.folder.join(format!("{file}{LOCK_ENDING}"))
    }

    /// Locks the folder; waits as long as a step would.
    pub(super) fn lock(&self) -> io::Result<Box<dyn FileLock>> {
        self.disk.files.lock(&self.folder.join(LOCK), self.busy_ms)
    }

    /// Takes the lock of one file at once, while the folder is locked.
    pub(super) fn hold(&self, file: &str, _folder: &dyn FileLock) -> io::Result<Hold> {
        let lock = self.disk.files.lock(&self.lock_file(file), 0)?;
        Ok(Hold { folder: self.clone(), file: file.to_owned(), lock: Some(lock) })
    }

    /// Whether nobody holds this lock; its file is gone then. The folder is locked.
    pub(super) fn clear_lock(&self, file: &str, _folder: &dyn FileLock) -> io::Result<bool> {
        let path = self.lock_file(file);
        match self.disk.files.lock(&path, 0) {
            Ok(dead) => {
                self.disk.files.remove_file(&path)?;
                drop(dead);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Says that a copy is wanted although no row names it yet. Keep it until its row is committed, and drop it then.
#[derive(Debug)]
pub struct Hold {
    folder: MediaFolder,
    file: String,
    /// `None` only while it is being dropped.
    lock: Option<Box<dyn FileLock>>,
}

impl Hold {
    pub(super) fn part(&self) -> PathBuf {
        self.folder.part(&self.file)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // While somebody else has the folder the lock's file stays; it is nobody's, and the next sweep removes it.
        let files = &self.folder.disk.files;
        let folder = files.lock(&self.folder.folder.join(LOCK), 0);
        if folder.is_ok() {
            let _ = files.remove_file(&self.folder.lock_file(&self.file));
        }
        drop(self.lock.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_folder_is_told_from_the_others() {
        let sha256 = Digest::of(b"a photo");
        assert_eq!(Name::of(&sha256.to_string()), Name::Copy(sha256));
        assert_eq!(Name::of("1f.part"), Name::Part("1f".into()));
        assert_eq!(Name::of("1f.lock"), Name::Lock("1f".into()));
        assert_eq!(Name::of("1f-0-9.slice"), Name::Slice("1f-0-9".into()));
        for other in ["lock", "photo.jpg", &sha256.to_string().to_uppercase()] {
            assert_eq!(Name::of(other), Name::Other);
        }
    }
}
