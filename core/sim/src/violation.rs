//! A broken promise, with what is needed to see it again.

use std::fmt;

use crate::coverage::Checker;

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub checker: Checker,
    /// What was seen.
    pub what: String,
    /// When, in milliseconds of the world's time.
    pub at_ms: u64,
    /// How many inputs came before it.
    pub inputs: u32,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checker, what, at_ms, inputs } = self;
        write!(f, "{}: {what} (at {at_ms} ms, after {inputs} inputs)", checker.name())
    }
}
