//! Time that only moves when it is told.

use siaga::Reading;

/// The wall clock at the beginning of every trace: 2026-01-01T00:00:00Z. Any moment would do; a fixed one keeps ids the same.
const WALL_START_MS: i64 = 1_767_225_600_000;
/// How long a machine has been up when a program begins.
const UP_MS: u64 = 20_000;

/// The virtual clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct VirtualClock {
    now_ms: u64,
    boots: u32,
    booted_ms: u64,
}

impl VirtualClock {
    /// Since the beginning of the trace.
    pub(super) const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Unix milliseconds.
    pub(super) fn wall_ms(&self) -> i64 {
        WALL_START_MS.saturating_add(i64::try_from(self.now_ms).unwrap_or(i64::MAX))
    }

    /// What a phone's clocks say.
    pub(super) fn reading(&self) -> Reading {
        let since_boot_ms = UP_MS + self.now_ms.saturating_sub(self.booted_ms);
        Reading { boot: format!("boot {}", self.boots), since_boot_ms, wall_ms: self.wall_ms() }
    }

    /// Moves on; never back.
    pub(super) fn move_to(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// The machine starts anew.
    pub(super) const fn reboot(&mut self) {
        self.boots += 1;
        self.booted_ms = self.now_ms;
    }
}
