//! Photos, videos and sound of an incident: taken in pieces, confirmed as a whole.
//!
//! ```text
//! POST, PATCH ──▶ judge (pure) ──▶ session: hash and storage, block by block ──▶ the whole hash is right?
//!                                                             │ yes: sync file and folder, commit the receipt, answer
//!                                                             └ no: the upload is gone
//! ```
//!
//! The bytes on the disk are the truth about how much is there; the database says what they are meant to be, and whether
//! the centre has signed for them. Nothing here looks into a file: to the centre it is bytes of an unknown stranger.

mod announced;
mod atwork;
pub(crate) mod desk;
mod disk;
mod hash;
mod id;
pub mod judge;
pub(crate) mod name;
pub(crate) mod picture;
mod refusal;
mod session;
mod statement;
mod storage;
mod summary;
#[cfg(test)]
mod tests;

pub use announced::Announced;
pub use disk::DiskStorage;
pub use hash::RunningHash;
pub use id::UploadId;
pub use refusal::MediaRefusal;
pub use statement::{Checksum, Creation, Patch};
pub use storage::Storage;
pub use summary::{FileState, FileSummary};

pub(crate) use atwork::Media;
pub(crate) use session::{Outcome, Session};
pub(crate) use statement::brings_bytes;
pub(crate) use summary::{files, is_complete};
