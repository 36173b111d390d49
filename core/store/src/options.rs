//! How a store is opened, and the sizes that are fixed at opening.

use std::path::PathBuf;

use crate::disk::Disk;

/// How long a step waits for another process's lock, in milliseconds: a press must answer while the finger is still on the
/// button, and the other process's step takes one sync, some 5 to 30 ms on a cheap phone.
pub const BUSY_MS: u32 = 250;

/// The write-ahead log's size, in bytes: 254 frames of one 4,096-byte page and its 24-byte header, half as many again as are
/// written between two checkpoints ([`crate::CHECKPOINT_FRAMES`]), so that a step always overwrites blocks that the disk has
/// already given: no allocation, no change of the size, and no failure on a full disk (F63).
pub const WAL_BYTES: u64 = 1024 * 1024;

/// The reserve file's size, in bytes: room for 30 SOS rows of 4 KiB with their log frames (F63).
pub const RESERVE_BYTES: u64 = 256 * 1024;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The app-private folder. It is made when it is missing; nothing outside it is touched.
    pub folder: PathBuf,
    /// Names this boot of the phone, as in `siaga_engine::clock::Reading`. Tells a power loss from a killed process.
    pub boot: String,
    /// The disk that the folder is on.
    pub disk: Disk,
    /// How long to wait for another process's lock, in milliseconds; 0 never waits.
    pub busy_ms: u32,
    /// The size to which the write-ahead log is written in advance, in bytes; 0 leaves it to grow.
    pub wal_bytes: u64,
    /// The size of the reserve file, in bytes; 0 for none.
    pub reserve_bytes: u64,
}

impl StoreOptions {
    /// The options of a phone.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, boot: impl Into<String>) -> Self {
        Self {
            folder: folder.into(),
            boot: boot.into(),
            disk: Disk::system(),
            busy_ms: BUSY_MS,
            wal_bytes: WAL_BYTES,
            reserve_bytes: RESERVE_BYTES,
        }
    }
}
