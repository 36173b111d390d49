//! What the centre remembers: one SQLite file, one connection.
//!
//! A row is committed with full synchronisation before its receipt leaves; the raw bytes are kept as they came.

mod media;
mod open;
mod read;
mod write;

use rusqlite::Connection;

pub(crate) use media::{Created, UploadRow};
pub(crate) use read::{EventRow, Record, Section, Step};
pub(crate) use write::Answer;

/// The open database.
pub(crate) struct Store {
    connection: Connection,
}
