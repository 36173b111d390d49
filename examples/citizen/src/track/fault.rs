//! Why a recording cannot be played: what, where, and what to do.

use std::path::PathBuf;

use thiserror::Error;

/// Why a recording cannot be played. No message names a position (INV-12), except one that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrackFault {
    /// The file cannot be read.
    #[error("the track {file} cannot be read ({why}): check the path given by --track")]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The file is larger than any recording that makes sense here.
    #[error("the track {file} has {bytes} bytes, at most {most_bytes} are read: cut a part out of it")]
    TooLarge {
        /// Which file.
        file: PathBuf,
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        most_bytes: u64,
    },
    /// The file is no XML, or is cut off.
    #[error("the track {file} is not XML, near line {line} ({why}): give a GPX 1.1 file, whole as it was exported")]
    NotXml {
        /// Which file.
        file: PathBuf,
        /// Near which line, from 1.
        line: u32,
        /// The parser's words.
        why: String,
    },
    /// The file is of another version of GPX.
    #[error(
        "the track {file} is not GPX 1.1 ({found}): export it as GPX 1.1, whose first element is <gpx version=\"1.1\" …>"
    )]
    Version {
        /// Which file.
        file: PathBuf,
        /// What it is.
        found: String,
    },
    /// Something in the file is not as GPX 1.1 has it.
    #[error(
        "the track {file} is wrong near line {line} ({why}): correct that line, or export the track anew as GPX 1.1"
    )]
    Content {
        /// Which file.
        file: PathBuf,
        /// Near which line, from 1.
        line: u32,
        /// What is wrong there.
        why: String,
    },
    /// There is nothing to play.
    #[error(
        "the track {file} has no track point: give a recording (<trk><trkseg><trkpt …>); waypoints and routes are not played"
    )]
    NoPoints {
        /// Which file.
        file: PathBuf,
    },
}
