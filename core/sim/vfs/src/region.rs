//! Shared memory: on a phone a mapped file, here a piece of the heap.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The size that SQLite asks for, in bytes.
const REGION_BYTES: usize = 32 * 1024;
const WORDS: usize = REGION_BYTES / 8;

/// One region of the write-ahead log's index. SQLite writes to it past every Rust reference, hence the atomics.
pub struct Region {
    words: Box<[AtomicU64]>,
}

impl Region {
    /// The size in bytes.
    pub const BYTES: usize = REGION_BYTES;

    /// A region of zeros.
    #[must_use]
    pub fn zeroed() -> Self {
        // SAFETY: all bits zero is a value of `AtomicU64`.
        Self { words: unsafe { Box::new_zeroed_slice(WORDS).assume_init() } }
    }

    /// What is in it now.
    #[must_use]
    pub fn copy(&self) -> Vec<u64> {
        self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }

    /// Makes it what it was when this copy was taken.
    pub fn restore(&self, copy: &[u64]) {
        for (word, was) in self.words.iter().zip(copy) {
            word.store(*was, Ordering::Relaxed);
        }
    }

    /// The first byte, for SQLite; valid as long as this region is.
    pub(crate) fn start(&self) -> *mut std::ffi::c_void {
        self.words.as_ptr().cast_mut().cast()
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Region").finish_non_exhaustive()
    }
}
