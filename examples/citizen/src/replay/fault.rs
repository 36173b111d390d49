//! Why a trace cannot be replayed.

use std::path::PathBuf;

use thiserror::Error;

/// Why a trace cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TraceFault {
    /// The file cannot be read.
    #[error("the trace {file} cannot be read ({why}): check the path")]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The file is no trace.
    #[error("the trace {file} has {bytes} bytes, at most {most_bytes} are read: cut a part out of it")]
    TooLarge {
        /// Which file.
        file: PathBuf,
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        most_bytes: u64,
    },
    /// A line is wrong.
    #[error("line {line} of the trace: {why} (`citizen replay --help` shows the format)")]
    Malformed {
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The core could not be opened, or wakes without end.
    #[error("line {line} of the trace: the core does not run: {why}")]
    Core {
        /// Which line, from 1; 0 before the first.
        line: usize,
        /// What happened.
        why: String,
    },
}

pub(super) const fn malformed(line: usize, why: String) -> TraceFault {
    TraceFault::Malformed { line, why }
}
