//! Slices: parts of copies as files of their own, for a carrier that takes whole files alone.

use std::io;
use std::path::{Path, PathBuf};

use siaga_engine::wire::Slice;
use siaga_vault::{Digest, Hasher};

use crate::disk::{FileReader, FileWriter};
use crate::media::fault::{TakeFault, ours};
use crate::media::folder::{MediaFolder, Name};
use crate::media::take::{BLOCK_BYTES, BLOCKS_PER_LOOK};

const SLICING: &str = "cutting a slice";

impl MediaFolder {
    /// A file with exactly the bytes of this slice: the copy itself when that is all of it, else one of its own beside the
    /// copies, which has its name once it is whole and on the disk. It is there once, however often it is asked for, and stays
    /// until [`MediaFolder::drop_slices`]. So many bytes of the disk stay free for what is more urgent.
    ///
    /// # Errors
    /// [`TakeFault::Gone`] when there is no such copy or it is too short; [`TakeFault::Full`], [`TakeFault::Busy`] while another
    /// process cuts it, [`TakeFault::Io`]. Nothing is left of it then, or only what the next sweep removes.
    pub fn cut(&self, slice: &Slice, keep_free_bytes: u64) -> Result<PathBuf, TakeFault> {
        let Slice { sha256, offset, length, checked: _ } = *slice;
        let copy = self.slice(sha256).map_err(|_| TakeFault::Gone)?;
        let bytes = copy.size().map_err(ours(SLICING))?;
        if offset == 0 && length == bytes {
            return Ok(self.copy(sha256));
        }
        if offset.checked_add(length).is_none_or(|end| end > bytes) {
            return Err(TakeFault::Gone);
        }
        let name = name_of(slice);
        let file = self.slice_file(&name);
        if self.disk.files.size(&file) == Some(length) {
            return Ok(file);
        }
        let (hold, part) = self.begin(&name)?;
        let cut = self.copy_slice(copy.as_ref(), part, slice, keep_free_bytes);
        let named = cut.and_then(|()| self.disk.files.rename(&hold.part(), &file).map_err(ours(SLICING)));
        if let Err(fault) = named {
            let _ = self.disk.files.remove_file(&hold.part());
            return Err(fault);
        }
        Ok(file)
    }

    /// The hash of a file that [`MediaFolder::cut`] gave: of what whoever takes it will read.
    ///
    /// # Errors
    /// The disk's.
    pub fn hash(&self, file: &Path) -> io::Result<Digest> {
        let reader = self.disk.files.open(file)?;
        let (mut hasher, mut at) = (Hasher::new(), 0);
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            let read = reader.read_at(at, &mut block)?;
            let Some(piece) = block.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(hasher.finish()) };
            hasher.update(piece);
            at = at.saturating_add(piece.len() as u64);
        }
    }

    /// Removes the slices that nobody needs any more: all but these.
    ///
    /// # Errors
    /// The disk's.
    pub fn drop_slices(&self, but: &[Slice]) -> io::Result<()> {
        for name in self.names()? {
            if let Name::Slice(name) = name
                && !but.iter().any(|slice| name_of(slice) == name)
            {
                let _ = self.remove_if_there(&self.slice_file(&name))?;
            }
        }
        Ok(())
    }

    fn copy_slice(
        &self,
        copy: &dyn FileReader,
        mut part: Box<dyn FileWriter>,
        slice: &Slice,
        keep_free_bytes: u64,
    ) -> Result<(), TakeFault> {
        let mut block = vec![0; BLOCK_BYTES];
        let (mut at, mut left) = (slice.offset, slice.length);
        self.check_room(keep_free_bytes, left)?;
        let mut blocks: u32 = 0;
        while left > 0 {
            if blocks.is_multiple_of(BLOCKS_PER_LOOK) {
                self.check_room(keep_free_bytes, 0)?;
            }
            blocks = blocks.wrapping_add(1);
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK_BYTES);
            let read = copy.read_at(at, block.get_mut(..wanted).unwrap_or_default()).map_err(ours(SLICING))?;
            let piece = block.get(..read).filter(|piece| !piece.is_empty()).ok_or(TakeFault::Gone)?;
            part.write_all(piece).map_err(ours(SLICING))?;
            let count = piece.len() as u64;
            (at, left) = (at.saturating_add(count), left.saturating_sub(count));
        }
        part.sync().map_err(ours(SLICING))
    }
}

/// Of the same bytes it is always the same.
fn name_of(slice: &Slice) -> String {
    let Slice { sha256, offset, length, checked: _ } = slice;
    format!("{sha256}-{offset}-{length}")
}
