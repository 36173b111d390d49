//! How samples are spaced. In a tight loop the disk's cache and the journal hide what a sync costs; a citizen does not press in
//! a tight loop.

use std::time::{Duration, Instant};

/// The pause before each measured operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(pub(crate) Duration);

impl Pace {
    /// 6 ms: longer than any sync of a healthy disk here, short enough for thousands of samples.
    pub(crate) const PAUSE: Self = Self(Duration::from_millis(6));

    /// Pauses, runs, and gives how long the running took, in microseconds, with what it gave.
    pub(crate) fn timed<T>(self, action: impl FnOnce() -> T) -> (f64, T) {
        std::thread::sleep(self.0);
        timed(action)
    }
}

/// Runs, and gives how long that took, in microseconds.
pub(crate) fn timed<T>(action: impl FnOnce() -> T) -> (f64, T) {
    let begun = Instant::now();
    let given = action();
    (begun.elapsed().as_secs_f64() * 1e6, given)
}
