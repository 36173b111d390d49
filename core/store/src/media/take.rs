//! Taking a file: its bytes are hashed while they are copied, and nothing has a copy's name before it is whole and durable.

use std::io::{self, Read};

use siaga_engine::ids::EventId;
use siaga_engine::plant::{Plant, planted};
use siaga_vault::{Digest, Hasher};

use crate::disk::FileWriter;
use crate::media::fault::{TakeFault, ours};
use crate::media::folder::{Hold, MediaFolder};
use crate::media::source::SourceFile;

/// How much is read, hashed and written at once, in bytes: all the memory that a copy takes, beside the head. Large enough
/// that a call of the kernel's costs nothing beside it.
pub(super) const BLOCK_BYTES: usize = 128 * 1024;
/// After how many blocks the free room is looked at again: 8 MiB.
pub(super) const BLOCKS_PER_LOOK: u32 = 64;
const COPYING: &str = "copying a file";

/// What a copy may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeLimits {
    /// How large a file may be, in bytes.
    pub file_bytes: u64,
    /// How much of the disk stays free for what is more urgent, in bytes. Where the platform does not say what is free, a
    /// write that fails is the limit.
    pub keep_free_bytes: u64,
    /// How much of the file's beginning to give back, in bytes: as much as is looked at to know what it is.
    pub head_bytes: usize,
}

/// A copy that is whole and on the disk.
#[derive(Debug)]
pub struct Copied {
    /// SHA-256 of its bytes, and its name.
    pub sha256: Digest,
    /// Its size; never 0.
    pub bytes: u64,
    /// Its beginning, of the length that was asked for; all of it when it is shorter.
    pub head: Vec<u8>,
    /// To be dropped when the row that names the copy is committed, and not before: a sweep may remove it from then on.
    pub hold: Hold,
}

impl MediaFolder {
    /// Makes a copy of what a stream gives, for the attachment that this event stands for. The same content is there once,
    /// however often it is taken. A copy that was begun for the same event by a process that died is begun anew.
    ///
    /// # Errors
    /// [`TakeFault`]; nothing is left of the copy then, or only what the next sweep removes.
    pub fn take(&self, file: EventId, source: &mut dyn Read, limits: TakeLimits) -> Result<Copied, TakeFault> {
        self.take_checked(file, source, 0, limits, |_, _| Ok(()))
    }

    /// The same of a file that [`crate::open_source`] has opened.
    ///
    /// # Errors
    /// [`TakeFault`], and [`TakeFault::Changed`] when somebody wrote to it meanwhile.
    pub fn take_file(&self, file: EventId, mut source: SourceFile, limits: TakeLimits) -> Result<Copied, TakeFault> {
        if source.size() > limits.file_bytes {
            return Err(TakeFault::TooLarge { limit_bytes: limits.file_bytes });
        }
        let expected = source.size();
        self.take_checked(file, &mut source, expected, limits, SourceFile::unchanged)
    }

    fn take_checked<S: Read + ?Sized>(
        &self,
        file: EventId,
        source: &mut S,
        expected_bytes: u64,
        limits: TakeLimits,
        check: impl Fn(&S, u64) -> Result<(), TakeFault>,
    ) -> Result<Copied, TakeFault> {
        let (hold, part) = self.begin(&file.to_string())?;
        let path = hold.part();
        let room = self.check_room(limits.keep_free_bytes, expected_bytes);
        let copied = room.and_then(|()| self.copy_all(source, part, limits)).and_then(|(sha256, bytes, head)| {
            check(source, bytes)?;
            let refused = ours("giving a copy its name");
            self.disk.files.rename(&path, &self.copy(sha256)).map_err(&refused)?;
            self.disk.files.sync_folder(&self.folder).map_err(&refused)?;
            Ok((sha256, bytes, head))
        });
        match copied {
            Ok((sha256, bytes, head)) => Ok(Copied { sha256, bytes, head, hold }),
            Err(fault) => {
                // Gone already when only the last sync failed; the copy is a leftover then.
                let _ = self.disk.files.remove_file(&path);
                Err(fault)
            }
        }
    }

    /// Makes the file that the copy is written to, and the lock that says so.
    pub(super) fn begin(&self, file: &str) -> Result<(Hold, Box<dyn FileWriter>), TakeFault> {
        let refused = ours("beginning a copy");
        self.disk.files.make_folder(&self.folder).map_err(&refused)?;
        let folder = self.lock().map_err(&refused)?;
        let hold = self.hold(file, folder.as_ref()).map_err(&refused)?;
        match self.disk.files.remove_file(&hold.part()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
            Ok(()) | Err(_) => {}
        }
        let part = self.disk.files.create(&hold.part()).map_err(&refused);
        // Before the hold: that one wants the folder when it goes.
        drop(folder);
        Ok((hold, part?))
    }

    fn copy_all<S: Read + ?Sized>(
        &self,
        source: &mut S,
        mut part: Box<dyn FileWriter>,
        limits: TakeLimits,
    ) -> Result<(Digest, u64, Vec<u8>), TakeFault> {
        let mut hasher = Hasher::new();
        let mut block = vec![0; BLOCK_BYTES];
        let mut head = Vec::new();
        let mut bytes: u64 = 0;
        let mut blocks: u32 = 0;
        loop {
            let filled = fill(source, &mut block).map_err(|error| TakeFault::SourceFailed { kind: error.kind() })?;
            let piece = block.get(..filled).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            bytes = bytes.saturating_add(filled as u64);
            if bytes > limits.file_bytes {
                return Err(TakeFault::TooLarge { limit_bytes: limits.file_bytes });
            }
            if blocks.is_multiple_of(BLOCKS_PER_LOOK) {
                self.check_room(limits.keep_free_bytes, filled as u64)?;
            }
            blocks = blocks.wrapping_add(1);
            let wanted = limits.head_bytes.saturating_sub(head.len()).min(filled);
            head.extend_from_slice(piece.get(..wanted).unwrap_or_default());
            hasher.update(piece);
            part.write_all(piece).map_err(ours(COPYING))?;
        }
        if bytes == 0 {
            return Err(TakeFault::Empty);
        }
        if !planted(Plant::UnsyncedCopy) {
            part.sync().map_err(ours(COPYING))?;
        }
        Ok((hasher.finish(), bytes, head))
    }

    /// Between two looks others may take some room too; `keep_free_bytes` is large beside that.
    pub(super) fn check_room(&self, keep_free_bytes: u64, next_bytes: u64) -> Result<(), TakeFault> {
        let wanted = keep_free_bytes.saturating_add(next_bytes);
        match self.disk.files.free_bytes(&self.folder) {
            Some(free) if free < wanted => Err(TakeFault::Full),
            Some(_) | None => Ok(()),
        }
    }
}

/// Reads until the block is full or the source has ended.
fn fill<S: Read + ?Sized>(source: &mut S, block: &mut [u8]) -> io::Result<usize> {
    let mut filled: usize = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            // A reader that says more than it could have read is not believed.
            Ok(count) => filled = filled.saturating_add(count.min(rest.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
