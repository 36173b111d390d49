//! No panic crosses the boundary (INV-11, F60).

use std::panic::{AssertUnwindSafe, catch_unwind};

use siaga::Error;

/// Runs a call. A panic becomes an error that names the call and nothing else: its message may hold anything (INV-12).
pub(crate) fn guarded<T>(call: &'static str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Safe to go on after: the core's locks judge for themselves what a thread that panicked has left.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::Bug { why: format!("{call} panicked") }))
}
