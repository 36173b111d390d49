//! The platform's file system.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::disk::{FileLock, FileReader, FileWriter, Files};

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

    fn write_again(&self, file: &Path) -> io::Result<()> {
        let mut file = File::options().read(true).write(true).open(file)?;
        let mut bytes = Vec::new();
        let _ = file.read_to_end(&mut bytes)?;
        file.rewind()?;
        file.write_all(&bytes)?;
        file.sync_all()
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn FileWriter>> {
        let mut options = File::options();
        let _ = options.write(true).create_new(true);
        #[cfg(unix)]
        let _ = std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Box::new(Open { file: options.open(file)? }))
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn FileReader>> {
        let file = open_plain(file)?;
        if file.metadata()?.is_file() { Ok(Box::new(Open { file })) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }

    fn free_bytes(&self, folder: &Path) -> Option<u64> {
        #[cfg(unix)]
        {
            // Blocks for who is not root, in the file system's own size.
            let found = rustix::fs::statvfs(folder).ok()?;
            found.f_bavail.checked_mul(found.f_frsize)
        }
        #[cfg(not(unix))]
        {
            let _ = folder;
            None
        }
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

/// Opens for reading, through no link and without waiting for whoever is at the other end of a pipe. The caller looks at what
/// it has opened.
pub(crate) fn open_plain(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    let _ = options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let _ = options.custom_flags(flags.bits().cast_signed());
    }
    options.open(file)
}

/// An open file.
#[derive(Debug)]
struct Open {
    file: File,
}

impl FileWriter for Open {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }
}

impl FileReader for Open {
    fn size(&self) -> io::Result<u64> {
        self.file.metadata().map(|found| found.len())
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, into, offset)
    }

    #[cfg(not(unix))]
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        use std::io::Seek;
        let mut file = &self.file;
        let _ = file.seek(io::SeekFrom::Start(offset))?;
        file.read(into)
    }
}

/// A locked file; the kernel lets go of it when the process dies.
#[derive(Debug)]
struct Held {
    _file: File,
}

impl FileLock for Held {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_created_over_what_is_there_nor_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let there = dir.path().join("there");
        fs::write(&there, "bytes").unwrap();
        assert_eq!(SystemFiles.create(&there).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        #[cfg(unix)]
        {
            let link = dir.path().join("link");
            std::os::unix::fs::symlink(dir.path().join("nowhere"), &link).unwrap();
            assert_eq!(SystemFiles.create(&link).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert!(!dir.path().join("nowhere").exists());
        }
        assert_eq!(fs::read_to_string(&there).unwrap(), "bytes");
    }

    #[test]
    fn a_file_is_read_from_any_place_and_a_folder_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "some bytes").unwrap();
        let file = SystemFiles.open(&dir.path().join("file")).unwrap();
        let mut bytes = [0; 5];
        assert_eq!((file.size().unwrap(), file.read_at(5, &mut bytes).unwrap(), &bytes), (10, 5, b"bytes"));
        assert!(SystemFiles.open(dir.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_platform_says_how_much_room_there_is() {
        let dir = tempfile::tempdir().unwrap();
        assert!(SystemFiles.free_bytes(dir.path()).is_some_and(|bytes| bytes > 0));
        assert_eq!(SystemFiles.free_bytes(&dir.path().join("nowhere")), None);
    }
}
