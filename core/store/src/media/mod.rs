//! Own copies of attached files, in `media/` of the store's folder. A copy's name is the SHA-256 of its bytes, so the same file
//! is there once; rows of the database say for which attachments it is kept ([`crate::Tx::keep_file`]).
//!
//! A copy is whole and on the disk before it has its name, and it has its name before its row is committed. Whoever makes one
//! holds a lock until then ([`Hold`]), so that no other process takes it for a leftover. What is left of a process that died
//! goes with [`MediaFolder::sweep`].

mod fault;
#[cfg(test)]
mod faulty;
mod folder;
mod rows;
mod slice;
mod source;
mod sweep;
mod take;

pub use fault::TakeFault;
pub use folder::{Hold, MediaFolder};
pub use rows::SALVAGED_KEEP_MS;
pub use source::{SourceFile, open_source};
pub use take::{Copied, TakeLimits};

pub(crate) use rows::FileRow;
