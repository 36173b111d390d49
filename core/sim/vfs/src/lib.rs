//! A SQLite VFS over safe traits: who implements [`Vfs`] and [`File`] is the disk under SQLite, without a line of unsafe code.
//!
//! Everything that differs from the VFS for unix is in the implementor's hands; sector size (4,096 bytes) and device
//! characteristics (powersafe overwrite, nothing else) are the same.

mod glue;
mod methods;
mod region;

pub use glue::{NotRegistered, register, reset_randomness, seed_randomness};
pub use region::Region;

use std::sync::Arc;

/// Why a call on a disk failed. The glue makes SQLite's code for the call in question of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody else holds a lock.
    Busy,
    /// There is no room.
    Full,
    /// There is no file of this name.
    NotFound,
    /// The disk failed, or the process that calls is dead.
    Failed,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A database.
    Database,
    /// A write-ahead log.
    Log,
    /// A rollback journal.
    Journal,
    /// Anything that need not survive.
    Temporary,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is for.
    pub purpose: Purpose,
    /// Whether to make it when it is missing.
    pub create: bool,
    /// Whether it must be missing.
    pub exclusive: bool,
    /// Whether its name goes at once.
    pub delete_on_close: bool,
}

/// How strongly a database file is locked, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    None,
    /// Reads, beside other readers.
    Shared,
    /// Will write, beside readers.
    Reserved,
    /// Waits for the last readers; no new one comes.
    Pending,
    /// Writes, alone.
    Exclusive,
}

/// What to do with slots of the shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShmLock {
    /// Lock them beside others.
    Shared,
    /// Lock them alone.
    Exclusive,
    /// Let go of them.
    Unlock,
}

/// A disk.
pub trait Vfs: Send + Sync {
    /// Opens a file; without a path a temporary one.
    ///
    /// # Errors
    /// Every [`Refusal`] becomes `SQLITE_CANTOPEN`.
    fn open(&self, path: Option<&str>, how: Opening) -> Result<Box<dyn File>, Refusal>;

    /// Removes a name, durably when `sync_folder` is set.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] and the disk's own.
    fn delete(&self, path: &str, sync_folder: bool) -> Result<(), Refusal>;

    /// Whether there is a file of this name. An empty file counts only when `empty_too` is set.
    ///
    /// # Errors
    /// The disk's.
    fn exists(&self, path: &str, empty_too: bool) -> Result<bool, Refusal>;

    /// Fills with randomness. SQLite asks only the default VFS.
    fn randomness(&self, into: &mut [u8]);

    /// Waits, in microseconds.
    fn sleep(&self, wait_us: u64);

    /// The date in unix milliseconds.
    fn now_ms(&self) -> i64;
}

/// An open file; dropping it closes it.
pub trait File: Send {
    /// Reads from `offset` on; gives how many bytes there were, which is less than asked only at the file's end.
    ///
    /// # Errors
    /// The disk's.
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, Refusal>;

    /// Writes all bytes at `offset`.
    ///
    /// # Errors
    /// [`Refusal::Full`] and the disk's own.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Refusal>;

    /// Cuts the file to this size, in bytes.
    ///
    /// # Errors
    /// The disk's.
    fn truncate(&mut self, size: u64) -> Result<(), Refusal>;

    /// Makes what was written durable.
    ///
    /// # Errors
    /// The disk's.
    fn sync(&mut self) -> Result<(), Refusal>;

    /// The size in bytes.
    ///
    /// # Errors
    /// The disk's.
    fn size(&mut self) -> Result<u64, Refusal>;

    /// Raises the lock to this level.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when somebody else is in the way, and the disk's own.
    fn lock(&mut self, level: Level) -> Result<(), Refusal>;

    /// Lowers the lock to this level, which is [`Level::Shared`] or [`Level::None`].
    ///
    /// # Errors
    /// The disk's.
    fn unlock(&mut self, level: Level) -> Result<(), Refusal>;

    /// Whether anybody holds more than [`Level::Shared`].
    ///
    /// # Errors
    /// The disk's.
    fn is_reserved(&mut self) -> Result<bool, Refusal>;

    /// Whether the name under which the file was opened no longer leads to it.
    ///
    /// # Errors
    /// The disk's.
    fn has_moved(&mut self) -> Result<bool, Refusal>;

    /// A region of the memory that all who have this database open share; `None` when it is not there and `extend` is not set.
    ///
    /// # Errors
    /// [`Refusal::Full`], [`Refusal::Busy`] and the disk's own.
    fn shm_map(&mut self, region: usize, extend: bool) -> Result<Option<Arc<Region>>, Refusal>;

    /// Locks or unlocks the slots of the shared memory that this mask names, all or none.
    ///
    /// # Errors
    /// [`Refusal::Busy`] and the disk's own.
    fn shm_lock(&mut self, slots: u8, how: ShmLock) -> Result<(), Refusal>;

    /// Lets go of the shared memory; the last one out removes its file when `delete` is set.
    fn shm_unmap(&mut self, delete: bool);
}
