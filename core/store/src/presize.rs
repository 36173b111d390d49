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
/// Pages that the database has free for bad days, six SOS each. No more than the reserve has bytes: the checkpoint that first
/// gives them to the database must succeed on what the reserve gives back ([`crate::RESERVE_BYTES`]).
const MOST_ROOM_PAGES: u64 = 63;
/// Pages that SQLite may keep in memory while the log is made longer. With fewer than are written it brings the others to the
/// log before the commit, which never comes. The least that SQLite takes seriously is ten.
const SMALL_CACHE_PAGES: i64 = 10;

const FILL: &str = "INSERT OR REPLACE INTO room (id, filler) VALUES (?1, zeroblob(?2))";

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
    let frames = options.wal_bytes.div_ceil(FRAME_BYTES);
    // A log with frames in it would grow beyond the size: empty it first.
    checkpoint::all(conn)?;
    conn.execute(FILL, (1, filler(frames.min(MOST_ROOM_PAGES)))).map_err(sqlite(what))?;
    checkpoint::all(conn)?;
    let lengthened = lengthen(conn, frames);
    // Its sync is the longer log's as well: no press pays for that.
    conn.execute("DELETE FROM room", []).map_err(sqlite(what))?;
    checkpoint::all(conn)?;
    lengthened
}

/// Makes the log so long by a transaction that is larger than the cache and is undone: its pages were written to the log, and
/// none of them comes into the database.
fn lengthen(conn: &Connection, frames: u64) -> Result<(), StoreError> {
    let what = "making the log longer";
    let cache: i64 = conn.query_row("PRAGMA cache_size", [], |row| row.get(0)).map_err(sqlite(what))?;
    conn.pragma_update(None, "cache_size", SMALL_CACHE_PAGES).map_err(sqlite(what))?;
    let pages = frames.saturating_add(SMALL_CACHE_PAGES.unsigned_abs());
    let written = conn.unchecked_transaction().and_then(|undone| {
        let _ = undone.execute(FILL, (2, filler(pages)))?;
        undone.rollback()
    });
    let restored = conn.pragma_update(None, "cache_size", cache);
    written.and(restored).map_err(sqlite(what))
}

/// The bytes of a value that fills so many pages.
fn filler(pages: u64) -> i64 {
    i64::try_from(pages.saturating_mul(FILLER_PER_PAGE)).unwrap_or(i64::MAX)
}
