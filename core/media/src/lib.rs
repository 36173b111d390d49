//! What a file is and what it says of itself, told from its first bytes, and of a film from its index. Pure over bytes: no file is
//! opened here.
//!
//! The bytes come from anywhere. Whatever they are, [`sniff`], [`stated`], [`film`] and [`preview`] answer in bounded memory and time,
//! and never panic (INV-11).

mod apple;
mod block;
mod boxes;
mod brands;
mod ebml;
mod film;
mod fuse;
mod heic;
mod index;
mod moment;
mod place;
mod preview;
mod sniff;
mod stated;

pub use film::film;
pub use index::ReadAt;
pub use preview::{MOST_PREVIEW_PIXELS, preview};
pub use sniff::sniff;
pub use stated::stated;

/// How much of a file's beginning is looked at, in bytes; of a picture, what stands behind it is not read. A JPEG's EXIF is in one of its
/// first segments, of 64 KiB each, and phones put it first; in a HEIC it stands a few KiB after the index at the start. Four
/// segments leave room for a colour profile and XMP before it.
pub const HEAD_BYTES: usize = 256 * 1024;
