//! Where the bytes of uploads are.

use std::io;

use super::{RunningHash, UploadId};

/// A place for the bytes of uploads. All calls block; several uploads are used at once, one upload by one caller.
///
/// An upload without any bytes and one that was never made are the same here: the database knows which there are.
pub trait Storage: Send + Sync {
    /// Makes it, empty.
    ///
    /// # Errors
    /// What the disk says.
    fn create(&self, upload: &UploadId) -> io::Result<()>;

    /// Writes these bytes at `offset`, which is where it ends.
    ///
    /// # Errors
    /// What the disk says, such as that it is full. A part of the bytes may be there then; [`size`](Storage::size) says.
    fn append(&self, upload: &UploadId, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// How many bytes are there; 0 for one that is not there.
    ///
    /// # Errors
    /// What the disk says.
    fn size(&self, upload: &UploadId) -> io::Result<u64>;

    /// Reads from `offset` into the buffer; less than its length only at the end.
    ///
    /// # Errors
    /// What the disk says.
    fn read(&self, upload: &UploadId, offset: u64, into: &mut [u8]) -> io::Result<usize>;

    /// The hash of the first `bytes` bytes, ready to go on.
    ///
    /// # Errors
    /// What the disk says, or that fewer are there.
    fn hash(&self, upload: &UploadId, bytes: u64) -> io::Result<RunningHash>;

    /// Takes back what is there beyond `bytes`.
    ///
    /// # Errors
    /// What the disk says.
    fn cut(&self, upload: &UploadId, bytes: u64) -> io::Result<()>;

    /// Brings what was written so far to the disk, for all that can be seen from here.
    ///
    /// # Errors
    /// What the disk says; then nothing is known about the bytes.
    fn sync(&self, upload: &UploadId) -> io::Result<()>;

    /// Makes it durable, bytes and name: after this a power loss takes nothing of it.
    ///
    /// # Errors
    /// What the disk says; then no receipt may leave.
    fn finish(&self, upload: &UploadId) -> io::Result<()>;

    /// Removes it. One that is not there is no error.
    ///
    /// # Errors
    /// What the disk says.
    fn remove(&self, upload: &UploadId) -> io::Result<()>;
}
