//! Room in advance: the write-ahead log and the database are written once, so that later commits and checkpoints overwrite
//! blocks that the disk has already given. Then a commit changes no file's size, and an SOS can
//! still be recorded when the disk is full (F63).

use rusqlite::Connection;

use crate::checkpoint;
use crate::error::{StoreError, sqlite};
use crate::folder;
use crate::options::StoreOptions;

/// A 4,096-byte page holds 4,092 bytes of a large value.
const FILLER_PER_PAGE: u64 = 4092;
/// A log frame is a page and its 24-byte header.
const FRAME_BYTES: u64 = 4096 + 24;

/// Writes the log to its full size, unless it has it. The pages that the filler leaves stay in the database as free pages:
/// a checkpoint needs blocks too.
///
/// # Errors
/// [`StoreError::Full`] and [`StoreError::Busy`]; the store works without the room, so the caller may go on.
pub(crate) fn run(conn: &Connection, options: &StoreOptions) -> Result<(), StoreError> {
    if folder::size(&options.disk, &options.folder.join(folder::WAL)) >= options.wal_bytes {
        return Ok(());
    }
    let what = "writing the log in advance";
    // A log with frames in it would grow beyond the size: empty it first.
    checkpoint::all(conn)?;
    let filler = options.wal_bytes.div_ceil(FRAME_BYTES).saturating_mul(FILLER_PER_PAGE);
    let filler = i64::try_from(filler).unwrap_or(i64::MAX);
    conn.execute("INSERT OR REPLACE INTO room (id, filler) VALUES (1, zeroblob(?1))", [filler])
        .map_err(sqlite(what))?;
    checkpoint::all(conn)?;
    conn.execute("DELETE FROM room", []).map_err(sqlite(what))?;
    checkpoint::all(conn)
}
