//! SQLite with our own settings and nothing around it: one row in, one row out. What is left of our step beside this is the
//! engine's work, and its state.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use siaga_store::{CHECKPOINT_FRAMES, Store, StoreOptions};

use super::{Load, Queue, Turn};
use crate::pace::Pace;
use crate::row::Stop;

const ROW: &str = "INSERT INTO outbox (slot, incident, event, kind, attempt, drill, sha256, body)
     VALUES (?1, randomblob(16), randomblob(16), 1, 0, 0, randomblob(32), ?2)";

pub(super) struct Bare {
    conn: Connection,
    payload: Vec<u8>,
    first: i64,
    last: i64,
}

impl Bare {
    /// The store makes the database, with its log written in advance; the connection is set as the store's is.
    pub(super) fn open(folder: &Path, load: &Load) -> Result<Self, Stop> {
        let (store, _) = Store::open(&StoreOptions::new(folder, "one"))?;
        store.close()?;
        let conn = Connection::open(folder.join("siaga.db"))?;
        for option in [DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG] {
            let _ = conn.set_db_config(option, true)?;
        }
        conn.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;",
        )?;
        let _: i64 = conn.query_row("PRAGMA wal_autocheckpoint = 0", [], |row| row.get(0))?;
        let mut bare = Self { conn, payload: load.payload.clone(), first: 1, last: 0 };
        bare.enqueue()?;
        Ok(bare)
    }

    fn enqueue(&mut self) -> rusqlite::Result<usize> {
        self.last += 1;
        self.conn.prepare_cached(ROW)?.execute((self.last, &self.payload))
    }

    fn ack(&mut self) -> rusqlite::Result<usize> {
        self.first += 1;
        self.conn.prepare_cached("DELETE FROM outbox WHERE slot = ?1")?.execute([self.first - 1])
    }

    /// As the store does between steps.
    fn checkpoint(&self) -> rusqlite::Result<()> {
        let log = |sql: &str| {
            let mut statement = self.conn.prepare_cached(sql)?;
            statement.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
        };
        if log("PRAGMA wal_checkpoint(NOOP)")? > i64::from(CHECKPOINT_FRAMES) {
            let _ = log("PRAGMA wal_checkpoint(PASSIVE)")?;
        }
        Ok(())
    }
}

impl Queue for Bare {
    fn turn(&mut self, samples: usize, pace: Pace) -> Result<Turn, Stop> {
        let mut turn = Turn::default();
        for _ in 0..samples {
            let (enqueue_us, done) = pace.timed(|| self.enqueue());
            let _ = done?;
            self.checkpoint()?;
            let (ack_us, done) = pace.timed(|| self.ack());
            let _ = done?;
            self.checkpoint()?;
            turn.enqueues.push(enqueue_us);
            turn.acks.push(ack_us);
        }
        Ok(turn)
    }
}
