//! Opening the database, and its schema.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::Store;
use crate::CentreError;

/// The schema that this version writes.
const SCHEMA: i64 = 1;

/// `secret_sha256` is a hash in both tables: no secret and no credential is ever stored (INV-12, F40).
const TABLES: &str = "
CREATE TABLE incidents (
    incident TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    drill INTEGER NOT NULL,
    is_report INTEGER NOT NULL,
    secret_sha256 TEXT
) STRICT;
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
    at_ms INTEGER NOT NULL,
    jws TEXT NOT NULL,
    PRIMARY KEY (incident, n)
) STRICT;
PRAGMA user_version = 1;
";

impl Store {
    /// Opens or makes the database.
    pub(crate) fn open(path: &Path) -> Result<Store, CentreError> {
        let mut connection = Connection::open(path)?;
        // Nobody else is expected in the file; a backup tool gets two seconds.
        connection.busy_timeout(Duration::from_secs(2))?;
        switch_to_wal(&connection)?;
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;",
        )?;
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        match tx.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
            0 => tx.execute_batch(TABLES)?,
            SCHEMA => {}
            found => return Err(CentreError::NewerDatabase { found, known: SCHEMA }),
        }
        tx.commit()?;
        Ok(Store { connection })
    }
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
