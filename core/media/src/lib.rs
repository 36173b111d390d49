//! What a file is, told from its first bytes, and what it says of itself. Pure over bytes: no file is opened here.
//!
//! The bytes come from anywhere. Whatever they are, [`sniff`], [`look`] and [`preview`] answer in bounded memory and time, and never
//! panic (INV-11).

mod apple;
mod block;
mod boxes;
mod brands;
mod ebml;
mod film;
mod fuse;
mod heic;
mod look;
mod moment;
mod picture;
mod place;
mod preview;
mod sniff;
mod walk;
mod webm;

pub use look::look;
pub use preview::{MOST_PREVIEW_PIXELS, preview};
pub use sniff::sniff;
pub use walk::ReadAt;

/// How much of a file's beginning tells what it is, in bytes: three frames of AAC, each of at most 8,191 bytes
/// (ISO/IEC 14496-3 1.A.2.2), need the most.
pub const HEAD_BYTES: usize = 32 * 1024;
