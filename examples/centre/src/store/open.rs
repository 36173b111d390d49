//! Opening the database, and its schema.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::Store;
use crate::CentreError;

/// The schema that this version writes.
const SCHEMA: i64 = 3;

/// What the first version had besides: the signature of each step.
const FROM_1: &str = "ALTER TABLE steps DROP COLUMN jws;";

/// Frames (pages of 4 KiB with their heads) of SQLite's log after which a commit copies it into the database: some 40 incidents.
const CHECKPOINT_FRAMES: u32 = 250;

/// To this size the log is written in advance: its frames until it is copied, and room for the commit that goes beyond.
const LOG_BYTES: u64 = 1_100_000;

/// `secret_sha256` is a hash in both tables: no secret and no credential is ever stored (INV-12, F40).
const TABLES: &str = "
CREATE TABLE incidents (
    incident TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    drill INTEGER NOT NULL,
    is_report INTEGER NOT NULL,
    secret_sha256 TEXT
) WITHOUT ROWID, STRICT;            -- one page less in each commit
CREATE TABLE events (
    place INTEGER PRIMARY KEY,      -- order of arrival
    incident TEXT NOT NULL REFERENCES incidents,
    event TEXT NOT NULL,
    bytes BLOB NOT NULL,            -- exactly as received
    sha256 TEXT NOT NULL,
    receipt TEXT NOT NULL,          -- repeated byte for byte
    arrived_ms INTEGER NOT NULL,
    waited_ms INTEGER,              -- on the phone, before it was sent
    drill INTEGER NOT NULL,
    secret_sha256 TEXT,             -- of the secret that came with it
    flags TEXT NOT NULL,            -- words, separated by spaces
    UNIQUE (incident, event)
) STRICT;
CREATE TABLE steps (
    incident TEXT NOT NULL REFERENCES incidents,
    n INTEGER NOT NULL,
    step TEXT NOT NULL,
    at_ms INTEGER NOT NULL,         -- signed when it is read
    PRIMARY KEY (incident, n)
) WITHOUT ROWID, STRICT;
";

/// What the third version added. How much of an upload is there, its file knows.
const UPLOADS: &str = "
CREATE TABLE uploads (
    place INTEGER PRIMARY KEY,      -- order of creation
    upload TEXT NOT NULL UNIQUE,    -- in its address, and the name of its file
    incident TEXT NOT NULL REFERENCES incidents,
    file TEXT NOT NULL,             -- the id that its receipt names
    sha256 TEXT NOT NULL,           -- of the whole, as announced
    bytes INTEGER NOT NULL,
    drill INTEGER NOT NULL,
    touched_ms INTEGER NOT NULL,    -- the last byte, to the hour
    name TEXT NOT NULL,
    type TEXT,
    metadata TEXT NOT NULL,         -- as received; tus repeats it
    receipt TEXT,                   -- repeated byte for byte; NULL: not complete
    confirmed_ms INTEGER,
    UNIQUE (incident, sha256),
    UNIQUE (incident, file)
) STRICT;
PRAGMA user_version = 3;
";

impl Store {
    /// Opens or makes the database.
    pub(crate) fn open(path: &Path) -> Result<Store, CentreError> {
        let mut connection = Connection::open(path)?;
        // Nobody else is expected in the file; a backup tool gets two seconds.
        connection.busy_timeout(Duration::from_secs(2))?;
        // Else a statement is compiled anew whenever SQLite thinks that other values call for another plan.
        let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        switch_to_wal(&connection)?;
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;",
        )?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_FRAMES)?;
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        match tx.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
            0 => tx.execute_batch(&format!("{TABLES}{UPLOADS}"))?,
            1 => tx.execute_batch(&format!("{FROM_1}{UPLOADS}"))?,
            2 => tx.execute_batch(UPLOADS)?,
            SCHEMA => {}
            found => return Err(CentreError::NewerDatabase { found, known: SCHEMA }),
        }
        tx.commit()?;
        write_log_in_advance(&connection, path)?;
        Ok(Store { connection })
    }
}

/// Makes the log as long as it will ever be, so that commits overwrite blocks which the disk has given already: a sync then
/// waits for no journal of the file system, and a receipt waits for that sync.
///
/// SQLite brings what its cache cannot hold to the log before the commit; this transaction has none.
fn write_log_in_advance(connection: &Connection, path: &Path) -> Result<(), CentreError> {
    let cache_size: i64 = connection.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    connection.pragma_update(None, "cache_size", 10)?;
    connection.execute_batch(&format!(
        "BEGIN; CREATE TABLE room (filler BLOB); INSERT INTO room VALUES (zeroblob({LOG_BYTES})); ROLLBACK"
    ))?;
    connection.pragma_update(None, "cache_size", cache_size)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let synced = File::open(&log).and_then(|log| log.sync_all());
    synced.map_err(|source| CentreError::File { path: log.into(), source })
}

/// Switches to the write-ahead log and makes sure of it: stopping at the pragma's first row would swallow an I/O error of
/// the switch, so its rows are stepped to the end and the mode is asked for again.
fn switch_to_wal(connection: &Connection) -> Result<(), CentreError> {
    let mut switch = connection.prepare("PRAGMA journal_mode = WAL")?;
    let mut rows = switch.query([])?;
    while rows.next()?.is_some() {}
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(CentreError::NotDurable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_bytes(database: &Path) -> u64 {
        std::fs::metadata(database.with_extension("db-wal")).unwrap().len()
    }

    /// A page with its head.
    const FRAME_BYTES: u64 = 4096 + 24;

    /// Commits that need the whole log four times over.
    fn fill(store: &Store) {
        store.connection.execute_batch("CREATE TABLE IF NOT EXISTS more (n)").unwrap();
        for n in 0..CHECKPOINT_FRAMES {
            store.connection.execute("INSERT INTO more VALUES (zeroblob(8000 + ?1))", [n]).unwrap();
        }
    }

    #[test]
    fn the_log_has_its_size_before_the_first_write_and_no_commit_changes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("centre.db");
        for _start in 0..2 {
            let store = Store::open(&path).unwrap();
            let before = log_bytes(&path);
            assert!(before > u64::from(CHECKPOINT_FRAMES) * FRAME_BYTES, "{before}");
            fill(&store);
            assert_eq!(log_bytes(&path), before);
        }
    }
}
