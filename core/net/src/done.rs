//! The call-back of a request: called exactly once, whatever happens to the request.

use std::panic::{AssertUnwindSafe, catch_unwind};

use siaga_engine::wire::{Failure, Outcome};

/// Calls back once: with an outcome, or with [`Failure::Unavailable`] when it is dropped before there is one, be it in a
/// queue that nobody reads any more, in a task that is dropped, or in one that panics.
pub(crate) struct Done(Option<Box<dyn FnOnce(Outcome) + Send>>);

impl Done {
    /// Takes charge of a call-back.
    pub(crate) fn new(call_back: Box<dyn FnOnce(Outcome) + Send>) -> Self {
        Self(Some(call_back))
    }

    /// Calls back.
    pub(crate) fn call(mut self, outcome: Outcome) {
        self.call_once(outcome);
    }

    fn call_once(&mut self, outcome: Outcome) {
        if let Some(call_back) = self.0.take() {
            // A panic here could meet another one that is under way, and two abort the host app (INV-11). Whoever gave the
            // call-back is the one who has to know of it.
            let _ = catch_unwind(AssertUnwindSafe(|| call_back(outcome)));
        }
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        self.call_once(Err(Failure::Unavailable));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_way_and_one_in_the_call_back_do_not_end_the_process() {
        let panicked = catch_unwind(|| {
            let _done = Done::new(Box::new(|_| panic!("planned by the test")));
            panic!("planned by the test");
        });
        // Reached at all: the second panic would have aborted (INV-11).
        assert!(panicked.is_err());
    }
}
