//! The bare sides' disk: one table, one row, one commit, with the settings of Siaga's own database.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use siaga_store::{CHECKPOINT_FRAMES, WAL_BYTES};

use crate::row::Stop;

/// As the store sets them; the journal's mode comes before.
const PRAGMAS: &str = "
    PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = -1; PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

/// One open database.
pub(super) struct Durable {
    conn: Connection,
}

impl Durable {
    /// Opens the file, and makes it when it is not there, with its log written in advance.
    pub(super) fn open(path: &Path) -> Result<Self, Stop> {
        let is_new = !path.exists();
        let conn = Connection::open(path)?;
        for option in [DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG] {
            let _ = conn.set_db_config(option, true)?;
        }
        let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Stop::failed(format!("a bare database is in the mode {mode}")));
        }
        conn.execute_batch(PRAGMAS)?;
        let durable = Self { conn };
        if is_new {
            durable.make()?;
        }
        Ok(durable)
    }

    fn make(&self) -> Result<(), Stop> {
        self.conn.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;")?;
        let filler = i64::try_from(WAL_BYTES)?;
        let _ = self.conn.execute("INSERT INTO row (body) VALUES (zeroblob(?1))", [filler])?;
        let _ = self.log("PRAGMA wal_checkpoint(PASSIVE)")?;
        let _ = self.conn.execute("DELETE FROM row", [])?;
        self.log("PRAGMA wal_checkpoint(PASSIVE)").map(drop)
    }

    /// Commits one row; gives its number.
    pub(super) fn insert(&self, body: &[u8]) -> Result<i64, Stop> {
        let _ = self.conn.prepare_cached("INSERT INTO row (body) VALUES (?1)")?.execute([body])?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Commits that it is gone.
    pub(super) fn delete(&self, id: i64) -> Result<(), Stop> {
        let _ = self.conn.prepare_cached("DELETE FROM row WHERE id = ?1")?.execute([id])?;
        Ok(())
    }

    /// Copies the log back when that is due, as the store does between steps: outside of what is measured.
    pub(super) fn keep_house(&self) -> Result<(), Stop> {
        if self.log("PRAGMA wal_checkpoint(NOOP)")? > i64::from(CHECKPOINT_FRAMES) {
            let _ = self.log("PRAGMA wal_checkpoint(PASSIVE)")?;
        }
        Ok(())
    }

    /// Frames of the log that are not copied back.
    fn log(&self, sql: &str) -> Result<i64, Stop> {
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))?)
    }
}
