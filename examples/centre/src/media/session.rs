//! One piece on its way into the storage.

use std::io;

use siaga_vault::Digest;

use super::atwork::Hold;
use super::judge::KnownUpload;
use super::{Checksum, MediaRefusal, RunningHash};

/// So many bytes are written before the disk is asked to have them. An SOS's commit on the same disk waits for what the
/// system still holds back: so that is never much, and neither is the last sync.
const SYNC_BYTES: u64 = 32 * 1024 * 1024;

/// What a piece came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// So much is there.
    Partial { received: u64, expires_ms: Option<i64> },
    /// All of it is there, and durable.
    Confirmed { receipt: String },
    /// The body broke off; what counts of it is stored.
    Cut,
    /// Something is wrong with it.
    Refused(MediaRefusal),
}

/// The writer of one piece.
pub(crate) struct Session {
    hold: Hold,
    upload: KnownUpload,
    /// What is written, and what of it counts: all, but for a piece with a checksum, which counts at its end.
    written: u64,
    received: u64,
    hash: RunningHash,
    check: Option<Check>,
    is_too_long: bool,
    unsynced: u64,
}

struct Check {
    checksum: Checksum,
    hash: RunningHash,
    /// The hash of the whole as it was before the piece.
    before: RunningHash,
}

impl Session {
    pub(crate) fn open(hold: Hold, upload: KnownUpload, checksum: Option<Checksum>) -> io::Result<Session> {
        let received = hold.received();
        let hash = hold.hash(received)?;
        let check = checksum.map(|checksum| Check { checksum, hash: RunningHash::new(), before: hash.clone() });
        Ok(Session { hold, upload, written: received, received, hash, check, is_too_long: false, unsynced: 0 })
    }

    pub(crate) fn hold(&self) -> &Hold {
        &self.hold
    }

    pub(crate) fn upload(&self) -> &KnownUpload {
        &self.upload
    }

    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The hash of what counts.
    pub(crate) fn digest(&self) -> Digest {
        self.hash.digest()
    }

    /// Takes a block. `false`: it went beyond the whole, and nothing more is taken; the excess is not stored.
    pub(crate) fn write(&mut self, block: &[u8]) -> io::Result<bool> {
        let room = usize::try_from(self.upload.bytes.saturating_sub(self.written)).unwrap_or(usize::MAX);
        self.is_too_long |= block.len() > room;
        let taken = block.get(..room).unwrap_or(block);
        self.hold.storage().append(self.hold.upload(), self.written, taken)?;
        self.hash.update(taken);
        let bytes = u64::try_from(taken.len()).unwrap_or(u64::MAX);
        self.written = self.written.saturating_add(bytes);
        match &mut self.check {
            Some(check) => check.hash.update(taken),
            None => self.count(),
        }
        self.unsynced = self.unsynced.saturating_add(bytes);
        if self.unsynced >= SYNC_BYTES {
            self.hold.storage().sync(self.hold.upload())?;
            self.unsynced = 0;
        }
        Ok(!self.is_too_long)
    }

    /// The end of the body. `is_whole`: it did not break off.
    pub(crate) fn end(&mut self, is_whole: bool) -> io::Result<Result<(), Option<MediaRefusal>>> {
        let mut ended = match (self.is_too_long, is_whole) {
            (true, _) => Err(Some(MediaRefusal::TooLarge)),
            (false, true) => Ok(()),
            (false, false) => Err(None),
        };
        if let Some(check) = self.check.take() {
            if ended.is_ok() && check.hash.digest() != check.checksum.0 {
                ended = Err(Some(MediaRefusal::PieceDiffers));
            }
            if ended.is_ok() {
                self.count();
            } else {
                self.hash = check.before;
                self.take_back()?;
            }
        }
        Ok(ended)
    }

    /// Keeps the hash for the next piece.
    pub(crate) fn keep(self) {
        self.hold.keep(self.received, self.hash);
    }

    /// After a failure of the disk: an unchecked piece must not be found by the next one.
    pub(crate) fn give_up(mut self) {
        if self.check.is_some() {
            // If the disk fails again, the hash of the whole still tells.
            let _ = self.take_back();
        }
    }

    fn count(&mut self) {
        self.received = self.written;
        self.hold.counted(self.received);
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.written = self.received;
        self.hold.storage().cut(self.hold.upload(), self.received)
    }
}
