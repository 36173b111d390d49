//! Why the demo could not run. A promise that did not hold is no fault but part of the report.

use siaga_centre::CentreError;
use thiserror::Error;

/// Why the demo could not run.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// The recording cannot be played.
    #[error(transparent)]
    Track(#[from] siaga_citizen::track::TrackFault),
    /// The core.
    #[error("the citizen's core: {0}")]
    Core(#[from] siaga::Error),
    /// The centre.
    #[error("the centre: {0}")]
    Centre(#[from] CentreError),
    /// The database that the killed process left.
    #[error("the database that the killed process left: {0}")]
    Database(#[from] rusqlite::Error),
    /// The system.
    #[error("{what}: {why}")]
    System {
        /// What was tried.
        what: &'static str,
        /// The system's words.
        why: String,
    },
    /// The citizen's process did not play its part.
    #[error("the citizen's process ended before its third press: {said}")]
    CitizenEnded {
        /// What it said last.
        said: String,
    },
    /// Something that has to come did not.
    #[error("{what} did not come within {within_s} s; the citizen sees: {seen}")]
    DidNotCome {
        /// What.
        what: &'static str,
        /// How long was waited.
        within_s: u64,
        /// What the citizen's screen says.
        seen: String,
    },
}

impl Fault {
    /// A failure of the system, in words.
    pub(crate) fn system(what: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::System { what, why: error.to_string() }
    }
}
