//! The hand-made ports.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use siaga::ports::{Clock, Network};
use siaga::{Outcome, Reading, Request, Ticket};

use super::Done;

/// The wall clock's first moment, in Unix milliseconds: any moment of this decade.
const WALL_MS: u64 = 1_790_000_000_000;

/// Clocks that only the bench moves.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    since_boot_ms: AtomicU64,
}

impl Clocks {
    pub(super) fn pass(&self, ms: u64) {
        let _ = self.since_boot_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Clocks {
    fn now(&self) -> Reading {
        let since_boot_ms = self.since_boot_ms.load(Ordering::SeqCst);
        let wall_ms = i64::try_from(WALL_MS.saturating_add(since_boot_ms)).unwrap_or(i64::MAX);
        Reading { boot: "one".to_owned(), since_boot_ms, wall_ms }
    }
}

/// A network that keeps each request until somebody takes it.
#[derive(Default)]
pub(super) struct Held(Mutex<VecDeque<(Request, Done)>>);

impl Held {
    pub(super) fn take(&self) -> Option<(Request, Done)> {
        self.requests().pop_front()
    }

    fn requests(&self) -> MutexGuard<'_, VecDeque<(Request, Done)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Held {
    fn perform(&self, _: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        self.requests().push_back((request, done));
    }

    fn network_changed(&self) {}
}
