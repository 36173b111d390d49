//! Who writes to which upload, and how far each hash is.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{RunningHash, Storage, UploadId};

/// Running hashes that are kept between two pieces; one has 200 bytes. Whatever is not kept is read from the disk again.
const KEPT_LIMIT: usize = 4096;

/// The storage, and what goes on in it.
pub(crate) struct Media {
    storage: Box<dyn Storage>,
    work: Mutex<Work>,
}

#[derive(Default)]
struct Work {
    /// The uploads that somebody writes to, with the bytes of each that count already.
    held: BTreeMap<UploadId, u64>,
    /// The hash of the first so many bytes of an upload to which nobody writes.
    kept: BTreeMap<UploadId, (u64, RunningHash)>,
}

/// The right to write to an upload, until it is dropped.
pub(crate) struct Hold {
    media: Arc<Media>,
    upload: UploadId,
    received: u64,
}

impl Media {
    pub(crate) fn new(storage: Box<dyn Storage>) -> Media {
        Media { storage, work: Mutex::default() }
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        self.storage.as_ref()
    }

    /// Takes the right to write; `None` while somebody else has it.
    pub(crate) fn hold(self: &Arc<Media>, upload: &UploadId) -> io::Result<Option<Hold>> {
        let mut work = self.work();
        if work.held.contains_key(upload) {
            return Ok(None);
        }
        let received = self.storage.size(upload)?;
        work.held.insert(upload.clone(), received);
        Ok(Some(Hold { media: self.clone(), upload: upload.clone(), received }))
    }

    /// How many bytes of it count, also while somebody writes to it.
    pub(crate) fn received(&self, upload: &UploadId) -> io::Result<u64> {
        // Under the lock: a piece that is not checked yet must not be seen.
        let work = self.work();
        match work.held.get(upload) {
            Some(received) => Ok(*received),
            None => self.storage.size(upload),
        }
    }

    /// Nothing in it can be half changed: each change is one call of a map.
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    pub(crate) fn upload(&self) -> &UploadId {
        &self.upload
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        self.media.storage()
    }

    /// The bytes that were there when the right was taken.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The hash of these first bytes: as it was kept, or from the disk after a restart.
    pub(crate) fn hash(&self, received: u64) -> io::Result<RunningHash> {
        let kept = self.media.work().kept.remove(&self.upload);
        match kept {
            Some((bytes, hash)) if bytes == received => Ok(hash),
            Some(_) | None => self.storage().hash(&self.upload, received),
        }
    }

    /// Says how many bytes count from now on.
    pub(crate) fn counted(&self, received: u64) {
        if let Some(held) = self.media.work().held.get_mut(&self.upload) {
            *held = received;
        }
    }

    /// Keeps the hash for whoever comes next.
    pub(crate) fn keep(&self, received: u64, hash: RunningHash) {
        let mut work = self.media.work();
        if work.kept.len() >= KEPT_LIMIT {
            work.kept.pop_first();
        }
        work.kept.insert(self.upload.clone(), (received, hash));
    }

    /// Removes the bytes.
    pub(crate) fn remove(&self) -> io::Result<()> {
        self.media.work().kept.remove(&self.upload);
        self.storage().remove(&self.upload)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.media.work().held.remove(&self.upload);
    }
}
