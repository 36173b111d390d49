//! What can stop a verb. Each says what, where and what to do.

use std::io;
use std::path::PathBuf;

/// A verb that cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A program did not start.
    #[error("`{program}` could not be started: {source}. `cargo xtask doctor` says what is missing")]
    Start {
        /// The program's name or path.
        program: String,
        /// The system's own words.
        source: io::Error,
    },
    /// A program started, and its output could not be read.
    #[error("the output of `{program}` could not be read: {source}")]
    Output {
        /// The program's name or path.
        program: String,
        /// The system's own words.
        source: io::Error,
    },
    /// A file or folder of the repository could not be read.
    #[error("{} could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
    /// The generator of the bindings gave up; it has said why.
    #[error("the bindings ({what}) were not generated: see above")]
    Generate {
        /// Which part of them.
        what: String,
    },
    /// A program of ours does not build; the compiler has said why.
    #[error("`{program}` does not build: see above")]
    Build {
        /// Its name.
        program: String,
    },
    /// A program that had to end well did not; it has said why.
    #[error("`{program}` failed: see above")]
    Failed {
        /// The program's name or path.
        program: String,
    },
    /// A program went on for longer than it ever should.
    #[error("`{command}` did not end within {minutes} min, and was ended")]
    Endless {
        /// The program with its arguments.
        command: String,
        /// How long it had.
        minutes: u64,
    },
    /// What is to be packaged, or has been, is not as it has to be.
    #[error("{0}")]
    Package(String),
    /// Something has to be installed, and may not or cannot be.
    #[error("missing, and not installed here:\n{0}")]
    Missing(String),
    /// An installation ended with an error.
    #[error("installing {name} failed; its command was: {command}")]
    Install {
        /// What was to be installed.
        name: &'static str,
        /// How.
        command: String,
    },
}
