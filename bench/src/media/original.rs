//! The file that is attached: a video, as far as its first bytes say so, and behind them what nobody can compress.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use siaga_vault::{Digest, Hasher};

use crate::row::Stop;

/// What makes it a video (ISO/IEC 14496-12, 4.3).
const HEAD: &[u8; 24] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";

const BLOCK_BYTES: usize = 1024 * 1024;

/// The bytes of such a file, one after another; always the same for the same length.
pub(super) struct Video {
    left: u64,
    state: u64,
    begun: bool,
}

impl Video {
    /// A video of so many bytes, at least its head.
    pub(super) const fn new(bytes: u64) -> Self {
        Self { left: bytes.saturating_sub(HEAD.len() as u64), state: bytes | 1, begun: false }
    }

    /// Marsaglia's xorshift64, which costs nothing beside a disk.
    const fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}

impl Read for Video {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            let head = into.get_mut(..HEAD.len()).ok_or(io::ErrorKind::InvalidInput)?;
            head.copy_from_slice(HEAD);
            self.begun = true;
            return Ok(HEAD.len());
        }
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        for word in into.get_mut(..length).unwrap_or_default().chunks_mut(size_of::<u64>()) {
            let bytes = self.next().to_le_bytes();
            word.copy_from_slice(bytes.get(..word.len()).unwrap_or_default());
        }
        self.left = self.left.saturating_sub(length as u64);
        Ok(length)
    }
}

/// Writes it, wholly on the disk; gives its SHA-256. Its pages are in memory afterwards, as those of a video just taken.
pub(super) fn make(path: &Path, bytes: u64) -> Result<Digest, Stop> {
    let (mut video, mut file, mut hasher) = (Video::new(bytes), File::create(path)?, Hasher::new());
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = video.read(&mut block)?;
        let Some(piece) = block.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hasher.update(piece);
        file.write_all(piece)?;
    }
    file.sync_all()?;
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_has_its_length_and_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("video.mp4");
        let sha256 = make(&path, 3_000_001).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!((bytes.len(), Digest::of(&bytes)), (3_000_001, sha256));
        assert_eq!(make(&path, 3_000_001).unwrap(), sha256);
        assert!(bytes.starts_with(HEAD));
    }
}
