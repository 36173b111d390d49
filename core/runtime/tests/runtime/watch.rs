//! A watch in the test's own hands: time goes on when the test says so, and two processes can press in the same millisecond.

use std::sync::atomic::{AtomicU64, Ordering};

use siaga::Reading;
use siaga::ports::{Clock, Entropy};

/// Milliseconds since boot.
pub(crate) struct Watch(AtomicU64);

impl Watch {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(100_000))
    }

    pub(crate) fn advance(&self, ms: u64) {
        let _ = self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for Watch {
    fn now(&self) -> Reading {
        let since_boot_ms = self.0.load(Ordering::Relaxed);
        let wall_ms = 1_790_000_000_000 + i64::try_from(since_boot_ms).unwrap();
        Reading { boot: "boot-1".to_owned(), since_boot_ms, wall_ms }
    }
}

/// A system that has no randomness to give.
pub(crate) struct NoEntropy;

impl Entropy for NoEntropy {
    fn draw(&self) -> Option<[u8; 32]> {
        None
    }
}
