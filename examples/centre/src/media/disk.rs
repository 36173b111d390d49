//! The storage on disk: one folder, one file for each upload, under the upload's own checked name.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::{RunningHash, Storage, UploadId};

/// Bytes read at once when a hash is made anew.
const BLOCK_BYTES: usize = 256 * 1024;

/// A folder of uploads. No name from outside ever becomes a part of a path.
#[derive(Debug)]
pub struct DiskStorage {
    folder: PathBuf,
}

impl DiskStorage {
    /// Opens the folder, and makes it when it is not there; nobody else on the machine may look into it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn open(folder: &Path) -> io::Result<DiskStorage> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        // The folder's own name has to survive a power loss as well.
        if let Some(parent) = folder.parent() {
            File::open(parent)?.sync_all()?;
        }
        Ok(DiskStorage { folder: folder.to_owned() })
    }

    fn path(&self, upload: &UploadId) -> PathBuf {
        self.folder.join(upload.as_str())
    }

    fn writable(&self, upload: &UploadId) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.path(upload))
    }
}

impl Storage for DiskStorage {
    fn create(&self, upload: &UploadId) -> io::Result<()> {
        self.writable(upload)?.set_len(0)
    }

    fn append(&self, upload: &UploadId, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.writable(upload)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn size(&self, upload: &UploadId) -> io::Result<u64> {
        match std::fs::metadata(self.path(upload)) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn read(&self, upload: &UploadId, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(self.path(upload))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(more) => filled = filled.saturating_add(more),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn hash(&self, upload: &UploadId, bytes: u64) -> io::Result<RunningHash> {
        let mut hash = RunningHash::new();
        if bytes == 0 {
            return Ok(hash);
        }
        let mut file = File::open(self.path(upload))?.take(bytes);
        let mut block = vec![0; BLOCK_BYTES];
        let mut hashed = 0_u64;
        loop {
            let read = match file.read(&mut block) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let Some(piece) = block.get(..read).filter(|piece| !piece.is_empty()) else { break };
            hash.update(piece);
            hashed = hashed.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        }
        if hashed == bytes { Ok(hash) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    fn cut(&self, upload: &UploadId, bytes: u64) -> io::Result<()> {
        self.writable(upload)?.set_len(bytes)
    }

    fn sync(&self, upload: &UploadId) -> io::Result<()> {
        self.writable(upload)?.sync_data()
    }

    fn finish(&self, upload: &UploadId) -> io::Result<()> {
        File::open(self.path(upload))?.sync_all()?;
        File::open(&self.folder)?.sync_all()
    }

    fn remove(&self, upload: &UploadId) -> io::Result<()> {
        match std::fs::remove_file(self.path(upload)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
