//! A small picture of a file, for the time until the file is there.

use crate::media::MediaType;

/// Largest preview, in bytes: with base64 and its envelope it is half of the 32 KiB of an event, and on a link of 32 kbit/s three
/// seconds.
pub const MOST_PREVIEW_BYTES: usize = 12 * 1024;

/// A small picture, whose bytes were looked at (`siaga_media::preview`).
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// JPEG, PNG or WebP.
    pub media_type: MediaType,
    /// The picture; at most [`MOST_PREVIEW_BYTES`].
    pub bytes: Vec<u8>,
}

/// A picture says much about a person (INV-12).
impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preview").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}
