//! Checkpoints: made by the writer between two steps, never inside a press.

use rusqlite::Connection;

use crate::Store;
use crate::error::{StoreError, sqlite};

/// A checkpoint is due when the log holds more frames than this: half of [`crate::WAL_BYTES`], so that the other half is left
/// for the steps that come while another process's reader holds a checkpoint up. At two frames a press, one in 16 steps.
pub const CHECKPOINT_FRAMES: u32 = 32;

/// What a checkpoint found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Frames in the log since it was last started over.
    pub frames: u32,
    /// How many of them are in the database.
    pub written_back: u32,
}

impl Store {
    /// What the log holds; changes nothing.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn log(&self) -> Result<Checkpoint, StoreError> {
        pragma(&self.conn, "PRAGMA wal_checkpoint(NOOP)")
    }

    /// Copies the log into the database when it is due ([`CHECKPOINT_FRAMES`]); call it after a step's effects are out. It
    /// never waits for another process; what is held up now is done next time.
    ///
    /// # Errors
    /// [`StoreError::Full`] when the database has to grow and cannot; nothing is lost then, the log goes on growing.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, StoreError> {
        let log = self.log()?;
        if log.frames.saturating_sub(log.written_back) <= CHECKPOINT_FRAMES {
            return Ok(log);
        }
        pragma(&self.conn, "PRAGMA wal_checkpoint(PASSIVE)")
    }
}

/// Copies all that can be copied, whether it is due or not.
pub(crate) fn all(conn: &Connection) -> Result<(), StoreError> {
    pragma(conn, "PRAGMA wal_checkpoint(PASSIVE)").map(|_| ())
}

fn pragma(conn: &Connection, sql: &str) -> Result<Checkpoint, StoreError> {
    let what = "copying the log into the database";
    let mut statement = conn.prepare_cached(sql).map_err(sqlite(what))?;
    // One row: busy, frames in the log, frames written back; both are -1 before the first access to the log.
    let (frames, written_back) =
        statement.query_row([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))).map_err(sqlite(what))?;
    let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    Ok(Checkpoint { frames: count(frames), written_back: count(written_back) })
}
