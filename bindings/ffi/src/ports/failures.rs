//! How often a port failed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::ports::PortError;

/// Counts the calls of ports that failed. Shared by all ports of one [`crate::Siaga`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Failures(Arc<AtomicU32>);

impl Failures {
    /// Calls a port: what it answers, or nothing when it fails or panics.
    pub(crate) fn call<T>(&self, port: impl FnOnce() -> Result<T, PortError>) -> Option<T> {
        if let Ok(Ok(answer)) = catch_unwind(AssertUnwindSafe(port)) {
            return Some(answer);
        }
        self.count();
        None
    }

    /// An answer that cannot be used is a failure as well.
    pub(crate) fn count(&self) {
        // It stops at the top: four thousand million failures say the same.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |failures| failures.checked_add(1));
    }

    /// How many so far.
    pub(crate) fn so_far(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}
