//! Checkpoints: made by the writer between two steps, never inside a press.

use rusqlite::Connection;

use crate::error::{StoreError, sqlite};
use crate::folder;
use crate::{Store, StoreOptions};

/// A checkpoint is due when the log holds more frames than this: five eighths of [`crate::WAL_BYTES`], so that the rest is left
/// for the steps that come while another process's reader holds a checkpoint up. A checkpoint and the new beginning of the log
/// after it sync three times. At two frames a press that is one in 81 steps, 0.04 syncs for each.
pub const CHECKPOINT_FRAMES: u32 = 160;

/// While an SOS is in flight a checkpoint waits, until the log holds more frames than this: room for 15 more steps is left.
const LATE_FRAMES: u32 = 224;

/// [`CHECKPOINT_FRAMES`] for a log that could not be written to its full size, because the disk was full: half of the 256 KiB
/// that it had in the first version, and still has on such a phone. It is copied before it has to grow.
const CHECKPOINT_FRAMES_OF_A_SHORT_LOG: u32 = 32;

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
        let waiting = log.frames.saturating_sub(log.written_back);
        if waiting <= CHECKPOINT_FRAMES_OF_A_SHORT_LOG || (waiting <= CHECKPOINT_FRAMES && self.has_whole_log()) {
            return Ok(log);
        }
        pragma(&self.conn, "PRAGMA wal_checkpoint(PASSIVE)")
    }

    /// Whether the log has room enough to wait while an SOS is in flight: its receipt must not wait for a checkpoint's syncs.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn checkpoint_can_wait(&self) -> Result<bool, StoreError> {
        let log = self.log()?;
        Ok(log.frames.saturating_sub(log.written_back) <= LATE_FRAMES && self.has_whole_log())
    }

    /// Whether the log has the size that is written in advance. It never shrinks.
    fn has_whole_log(&self) -> bool {
        let StoreOptions { disk, folder, wal_bytes, .. } = &self.options;
        folder::size(disk, &folder.join(folder::WAL)) >= *wal_bytes
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WAL_BYTES;

    /// A step that changes something: SQLite writes no page that stays as it is.
    fn step(store: &mut Store) {
        let mut tx = store.begin().unwrap();
        let before = tx.load().unwrap().state.unwrap_or(vec![0; 1_000]);
        let state: Vec<u8> = before.iter().map(|byte| byte.wrapping_add(1)).collect();
        tx.save(&state).unwrap();
        tx.commit().unwrap();
    }

    #[test]
    fn a_log_that_a_full_disk_kept_short_is_copied_before_it_has_to_grow_f63() {
        let dir = tempfile::tempdir().unwrap();
        let short = 256 * 1024;
        let options = StoreOptions { wal_bytes: short, ..StoreOptions::new(dir.path(), "boot-1") };
        let (mut store, _) = Store::open(&options).unwrap();
        let size = |store: &Store| folder::size(&store.options.disk, &dir.path().join(folder::WAL));
        let at_first = size(&store);
        assert!((short..WAL_BYTES).contains(&at_first), "{at_first}");
        // The next version wants a longer one, and the disk has no room.
        store.options.wal_bytes = WAL_BYTES;
        for _ in 0..=CHECKPOINT_FRAMES {
            step(&mut store);
            let _ = store.checkpoint().unwrap();
        }
        assert_eq!(size(&store), at_first);
    }

    #[test]
    fn a_log_of_an_earlier_version_grows_to_its_size_at_the_next_opening() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions { wal_bytes: 256 * 1024, ..StoreOptions::new(dir.path(), "boot-1") };
        let (mut store, _) = Store::open(&options).unwrap();
        step(&mut store);
        store.close().unwrap();
        let (mut store, _) = Store::open(&StoreOptions::new(dir.path(), "boot-1")).unwrap();
        assert!(store.has_whole_log());
        let (log, free) = (store.log().unwrap(), pages(&store, "freelist_count"));
        assert_eq!(log.frames, log.written_back, "nothing of the filler waits in it");
        assert!(free < 100, "the longer log has made no longer database: {free} free pages");
        assert_eq!(pages(&store, "cache_size"), -2_000, "SQLite's own");
        let mut tx = store.begin().unwrap();
        assert_eq!(tx.load().unwrap().state.map(|state| state.len()), Some(1_000));
    }

    #[test]
    fn a_checkpoint_waits_for_an_sos_only_while_the_log_has_room() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(&StoreOptions::new(dir.path(), "boot-1")).unwrap();
        let size = |store: &Store| folder::size(&store.options.disk, &dir.path().join(folder::WAL));
        let at_first = size(&store);
        step(&mut store);
        assert!(store.checkpoint_can_wait().unwrap());
        while store.checkpoint_can_wait().unwrap() {
            step(&mut store);
            assert!(store.log().unwrap().frames < 300, "it waits for ever");
        }
        assert_eq!(size(&store), at_first, "there was room");
        let made = store.checkpoint().unwrap();
        assert_eq!(made.written_back, made.frames);
    }

    fn pages(store: &Store, pragma: &str) -> i64 {
        store.conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap()
    }
}
