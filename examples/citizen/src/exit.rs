//! How the program ends, for scripts.

/// How the program ended. The numbers never change their meaning; `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// There was nothing to do, or it was declined; an expectation of a trace, or an export, did not hold.
    Declined = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration or a file cannot be used.
    File = 3,
    /// It was taken, but the disk does not hold it: it lives in the memory of a process that is over.
    NotDurable = 4,
    /// Rows still wait after a drain.
    Waiting = 5,
}

impl Exit {
    /// The number that the system sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}
