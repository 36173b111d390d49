//! The disk under a store: which VFS SQLite uses, and the few file operations that SQLite does not do for us. A phone's disk
//! is [`Disk::system`]; a simulator brings its own, and there is no other difference between the two.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::files::SystemFiles;

/// Where a store's files are.
#[derive(Clone, Debug)]
pub struct Disk {
    /// A registered SQLite VFS; `None` for the platform's.
    pub(crate) vfs: Option<String>,
    /// The same disk for what is no database.
    pub(crate) files: Arc<dyn Files>,
}

impl Disk {
    /// The platform's own file system.
    #[must_use]
    pub fn system() -> Self {
        Self { vfs: None, files: Arc::new(SystemFiles) }
    }

    /// A disk that somebody else makes: a VFS that is registered under this name, and the files beside its databases.
    pub fn of(vfs: impl Into<String>, files: Arc<dyn Files>) -> Self {
        Self { vfs: Some(vfs.into()), files }
    }
}

/// File operations beside SQLite. What a call has done may be gone after a power cut until the sync that is named; after a
/// `kill -9` it stands.
pub trait Files: Debug + Send + Sync {
    /// Makes a folder with its parents, readable by its owner alone, and makes its name durable. Does nothing when it is there.
    ///
    /// # Errors
    /// The disk's.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Whether there is a folder of this name.
    fn is_folder(&self, folder: &Path) -> bool;

    /// The names in a folder, in any order; none when there is no such folder.
    ///
    /// # Errors
    /// The disk's.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// The size of a file in bytes; `None` when there is none.
    fn size(&self, file: &Path) -> Option<u64>;

    /// The whole of a small file.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn read(&self, file: &Path) -> io::Result<Vec<u8>>;

    /// The first bytes of a file, at most so many.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn read_start(&self, file: &Path, bytes: usize) -> io::Result<Vec<u8>>;

    /// Writes a file anew and makes its bytes durable; its name only with [`Files::sync_folder`].
    ///
    /// # Errors
    /// [`io::ErrorKind::StorageFull`] and the disk's own; a part of the file may be there then.
    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Writes a file's own bytes over themselves, and makes them durable: after a sync that failed no other sync does. Size and
    /// content stay, so a full disk takes it. Nobody else may write to it meanwhile.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn write_again(&self, file: &Path) -> io::Result<()>;

    /// Makes a file that is not there yet, readable by its owner alone, to be written from its start; its name is durable with
    /// [`Files::sync_folder`].
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when anything has this name, a link included: nothing is ever written through one;
    /// [`io::ErrorKind::StorageFull`] and the disk's own.
    fn create(&self, file: &Path) -> io::Result<Box<dyn FileWriter>>;

    /// Opens a file to read pieces of it. It stays readable when it is removed meanwhile.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], [`io::ErrorKind::InvalidInput`] for what is no plain file, and the disk's own.
    fn open(&self, file: &Path) -> io::Result<Box<dyn FileReader>>;

    /// How many bytes can still be written below a folder; `None` when the platform does not say.
    fn free_bytes(&self, folder: &Path) -> Option<u64>;

    /// Gives a file or a folder another name; durable with [`Files::sync_folder`] of both folders.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; durable with [`Files::sync_folder`].
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn remove_file(&self, file: &Path) -> io::Result<()>;

    /// Removes an empty folder; durable with [`Files::sync_folder`] of its parent.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the disk's own.
    fn remove_folder(&self, folder: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// The disk's.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Locks a file against other processes, which is made when it is missing; waits for at most `wait_ms`. A process that dies
    /// lets go of it.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another process keeps it, and the disk's own.
    fn lock(&self, file: &Path, wait_ms: u32) -> io::Result<Box<dyn FileLock>>;
}

/// A file that is being written, from its start on.
pub trait FileWriter: Debug + Send {
    /// Writes behind what is there; durable with [`FileWriter::sync`].
    ///
    /// # Errors
    /// [`io::ErrorKind::StorageFull`] and the disk's own; a part of the bytes may be there then.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written durable; the file's name only with [`Files::sync_folder`].
    ///
    /// # Errors
    /// The disk's. Nothing that was written counts as durable then, not even after another sync.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that is open for reading.
pub trait FileReader: Debug + Send {
    /// Its size in bytes.
    ///
    /// # Errors
    /// The disk's.
    fn size(&self) -> io::Result<u64>;

    /// Reads from this offset on, and gives how many bytes there were: 0 behind the end, and fewer than asked for at any time.
    ///
    /// # Errors
    /// The disk's.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

/// A lock that is held until it is dropped.
pub trait FileLock: Debug + Send {}
