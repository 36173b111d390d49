//! The platform's file system.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::disk::{FileLock, Files};

/// How long to sleep between two looks at a lock, in milliseconds: an opening takes a few syncs.
const LOCK_POLL_MS: u32 = 5;

/// The platform's own files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemFiles;

impl Files for SystemFiles {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        // A relative name of one part has an empty parent: the current folder.
        let parent = folder.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
        if let Some(parent) = parent {
            self.make_folder(parent)?;
        }
        #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(folder) {
            // Another process was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            made => made?,
        }
        parent.map_or(Ok(()), |parent| self.sync_folder(parent))
    }

    fn is_folder(&self, folder: &Path) -> bool {
        folder.is_dir()
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        // A name that is no text is none of ours.
        Ok(entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    fn size(&self, file: &Path) -> Option<u64> {
        fs::metadata(file).ok().map(|found| found.len())
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        fs::read(file)
    }

    fn read_start(&self, file: &Path, bytes: usize) -> io::Result<Vec<u8>> {
        let mut start = Vec::with_capacity(bytes);
        let limit = u64::try_from(bytes).unwrap_or(u64::MAX);
        let _ = File::open(file)?.take(limit).read_to_end(&mut start)?;
        Ok(start)
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(file)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, file: &Path) -> io::Result<()> {
        fs::remove_file(file)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        fs::remove_dir(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        // Elsewhere a folder cannot be opened as a file; the platform journals names itself.
        #[cfg(not(unix))]
        let _ = folder;
        Ok(())
    }

    fn lock(&self, file: &Path, wait_ms: u32) -> io::Result<Box<dyn FileLock>> {
        let file = File::options().create(true).append(true).open(file)?;
        let mut waited_ms: u32 = 0;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Box::new(Held { _file: file })),
                Err(TryLockError::WouldBlock) if waited_ms >= wait_ms => return Err(io::ErrorKind::WouldBlock.into()),
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(Duration::from_millis(u64::from(LOCK_POLL_MS)));
                    waited_ms = waited_ms.saturating_add(LOCK_POLL_MS);
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

/// A locked file; the kernel lets go of it when the process dies.
#[derive(Debug)]
struct Held {
    _file: File,
}

impl FileLock for Held {}
