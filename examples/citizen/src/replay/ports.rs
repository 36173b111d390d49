//! A clock that only moves when it is told, and entropy that is counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use siaga::Reading;
use siaga::ports::{Clock, Entropy};
use siaga_vault::Digest;

/// The wall clock at the beginning of every trace: 2026-01-01T00:00:00Z. Any moment would do; a fixed one keeps ids the same.
const WALL_START_MS: i64 = 1_767_225_600_000;
/// How long a machine has been up when a program begins.
const UP_MS: u64 = 20_000;

/// The virtual clock.
#[derive(Debug, Default)]
pub(super) struct VirtualClock(Mutex<Hands>);

#[derive(Clone, Copy, Debug, Default)]
struct Hands {
    now_ms: u64,
    boots: u32,
    booted_ms: u64,
}

impl VirtualClock {
    /// Since the beginning of the trace.
    pub(super) fn now_ms(&self) -> u64 {
        self.hands().now_ms
    }

    /// Unix milliseconds.
    pub(super) fn wall_ms(&self) -> i64 {
        WALL_START_MS.saturating_add(i64::try_from(self.now_ms()).unwrap_or(i64::MAX))
    }

    /// Moves on; never back.
    pub(super) fn move_to(&self, now_ms: u64) {
        let mut hands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hands.now_ms = hands.now_ms.max(now_ms);
    }

    /// The machine starts anew.
    pub(super) fn reboot(&self) {
        let mut hands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hands.boots += 1;
        hands.booted_ms = hands.now_ms;
    }

    fn hands(&self) -> Hands {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Reading {
        let Hands { now_ms, boots, booted_ms } = self.hands();
        let since_boot_ms = UP_MS + now_ms.saturating_sub(booted_ms);
        Reading { boot: format!("boot {boots}"), since_boot_ms, wall_ms: self.wall_ms() }
    }
}

/// Draws that are the hashes of their own number.
#[derive(Debug, Default)]
pub(super) struct CountedEntropy(AtomicU64);

impl Entropy for CountedEntropy {
    fn draw(&self) -> Option<[u8; 32]> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Some(Digest::of(format!("draw {number}").as_bytes()).0)
    }
}
