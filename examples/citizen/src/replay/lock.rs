//! Another process that holds the database's lock: no commit succeeds meanwhile.

use std::path::Path;

use rusqlite::Connection;

/// Takes the write lock of the database in this folder, until the connection is dropped.
pub(super) fn hold(folder: &Path) -> rusqlite::Result<Connection> {
    let other = Connection::open(folder.join("siaga.db"))?;
    other.execute_batch("BEGIN IMMEDIATE")?;
    Ok(other)
}

/// Gives it back.
pub(super) fn release(other: &Connection) -> rusqlite::Result<()> {
    other.execute_batch("ROLLBACK")
}
