//! Opening what somebody attaches by its path: a plain file, and nothing else that a path may lead to.

use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::files::open_plain;
use crate::media::fault::TakeFault;

/// A plain file that is open for reading, as it was when it was opened.
#[derive(Debug)]
pub struct SourceFile {
    file: File,
    before: Stamp,
}

/// What changes when somebody writes to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    /// Not the time of the last change, which a phone's media store touches by giving a file another name.
    modified: Option<SystemTime>,
}

/// Opens a file to be copied by [`crate::MediaFolder::take_file`].
///
/// A link is refused, wherever it leads: it can be turned between two looks, and what a citizen chose is a file. A folder on
/// the way to it may be a link, as they are on phones. Nothing is opened that could block or do something by being opened.
///
/// # Errors
/// [`TakeFault::Gone`], [`TakeFault::NotAFile`], and [`TakeFault::SourceFailed`] when it may not be read.
pub fn open_source(path: &Path) -> Result<SourceFile, TakeFault> {
    let refused = |error: io::Error| {
        let kind = error.kind();
        let gone = matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if gone { TakeFault::Gone } else { TakeFault::SourceFailed { kind } }
    };
    judge(fs::symlink_metadata(path).map_err(refused)?.file_type())?;
    let file = open_plain(path).map_err(refused)?;
    // Again, now that it can no longer be exchanged.
    let found = file.metadata().map_err(refused)?;
    judge(found.file_type())?;
    let before = Stamp::of(&found);
    Ok(SourceFile { file, before })
}

fn judge(found: FileType) -> Result<(), TakeFault> {
    if found.is_file() {
        return Ok(());
    }
    let named = if found.is_dir() {
        "a folder"
    } else if found.is_symlink() {
        "a link"
    } else {
        special(found)
    };
    Err(TakeFault::NotAFile { found: named })
}

#[cfg(unix)]
fn special(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if found.is_fifo() {
        "a pipe"
    } else if found.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
const fn special(_found: FileType) -> &'static str {
    "a device"
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self { bytes: found.len(), modified: found.modified().ok() }
    }
}

impl SourceFile {
    /// Its size when it was opened, in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.before.bytes
    }

    /// Whether it still is as it was opened, and so many bytes were read from it.
    pub(super) fn unchanged(&self, read_bytes: u64) -> Result<(), TakeFault> {
        let now = self.file.metadata().map_err(|error| TakeFault::SourceFailed { kind: error.kind() })?;
        let same = Stamp::of(&now) == self.before && read_bytes == self.before.bytes;
        if same { Ok(()) } else { Err(TakeFault::Changed) }
    }
}

impl Read for SourceFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}
