//! What is known of a file once its copy is ours.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::media::MediaType;

/// A copy that is whole and on the disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// SHA-256 of its bytes, and its name among our own copies.
    pub sha256: Digest,
    /// Its size; never 0.
    pub bytes: u64,
    /// What it is.
    pub media_type: MediaType,
    /// What it says of itself.
    pub stated: Stated,
}

/// What a file says of its own making: a picture in EXIF (2.32, CIPA DC-008), a film or sound in its index (ISO/IEC 14496-12 8.2.1;
/// Apple, QuickTime File Format). A statement of whoever wrote it, and never judged by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// `DateTimeOriginal`, or when the film was made, as `YYYY-MM-DDThh:mm:ss`, followed by `+hh:mm` or `-hh:mm` when the offset from UTC
    /// is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<String>,
    /// `GPSLatitude` and `GPSLongitude`, or where the film was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<StatedPosition>,
    /// `Orientation`, 2–8; absent for 1, upright, when it is not stated, and for films, whose players turn them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orientation: Option<u8>,
}

/// Where a file says that it was made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedPosition {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}
