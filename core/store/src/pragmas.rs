//! Every setting of a connection, with its reason. Each is asked again after it was set: SQLite ignores what it does not
//! know, and a database that is silently not in WAL mode loses acknowledged commits.

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use siaga_engine::plant::{Plant, planted};

use crate::error::{StoreError, sqlite};

/// One pragma: its name, what is asked, what must be read back.
struct Pragma(&'static str, &'static str, Expect);

enum Expect {
    Word(&'static str),
    Number(i64),
}

/// In this order: the page size can only be chosen before the first page is written, and WAL mode writes it.
const PRAGMAS: &[Pragma] = &[
    // The size of a flash page and of SQLite's own default: a commit of one row is one page, written whole.
    Pragma("page_size", "4096", Expect::Number(4096)),
    // Readers never block the writer, and a commit is one sequential write with one sync.
    Pragma("journal_mode", "WAL", Expect::Word("wal")),
    // FULL: the log is synced at every commit, so that a recorded SOS survives a power cut (INV-1). NORMAL does not.
    Pragma("synchronous", "FULL", Expect::Number(2)),
    // Apple's fsync() leaves the bytes in the drive's cache; F_FULLFSYNC does not.
    #[cfg(target_vendor = "apple")]
    Pragma("fullfsync", "ON", Expect::Number(1)),
    // The same for the sync of a checkpoint, after which the log is overwritten.
    #[cfg(target_vendor = "apple")]
    Pragma("checkpoint_fullfsync", "ON", Expect::Number(1)),
    // Checkpoints are made by the writer between steps, never inside a press.
    Pragma("wal_autocheckpoint", "0", Expect::Number(0)),
    // The log is never cut: a later commit overwrites blocks that are already allocated (F63).
    Pragma("journal_size_limit", "-1", Expect::Number(-1)),
    // What a schema says it refers to must exist.
    Pragma("foreign_keys", "ON", Expect::Number(1)),
    // A delivered SOS must not be readable in a free page of a seized phone.
    Pragma("secure_delete", "ON", Expect::Number(1)),
    // A damaged or planted schema must not call functions.
    Pragma("trusted_schema", "OFF", Expect::Number(0)),
    // Nothing of a row is written outside the folder.
    Pragma("temp_store", "MEMORY", Expect::Number(2)),
];

/// The settings that must stand before the first byte is read: how long to wait, and that closing writes nothing.
pub(crate) fn before_reading(conn: &Connection, busy_ms: u32) -> Result<(), StoreError> {
    conn.busy_timeout(Duration::from_millis(u64::from(busy_ms))).map_err(sqlite("setting the busy time-out"))?;
    // At close SQLite would checkpoint and delete the log; a log that stays keeps its blocks, and a database that is only
    // looked at is not changed (INV-9).
    option(conn, DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true, "no checkpoint on close")
}

/// All settings of a database that is known to be ours.
pub(crate) fn set_all(conn: &Connection) -> Result<(), StoreError> {
    // The statements are few and fixed, so the planner need not look at bound values: a seek takes a fifth of the time.
    option(conn, DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true, "the planner's stability guarantee")?;
    // Some 20 statements are used in a step; the default of 16 would prepare the same ones again and again.
    conn.set_prepared_statement_cache_capacity(48);
    for Pragma(name, value, expected) in PRAGMAS {
        run_to_end(conn, &format!("PRAGMA {name} = {value}")).map_err(sqlite("setting a pragma"))?;
        let found = run_to_end(conn, &format!("PRAGMA {name}")).map_err(sqlite("asking a pragma"))?;
        let stands = match (expected, &found) {
            (Expect::Word(word), Some(Value::Text(text))) => text == word,
            (Expect::Number(number), Some(Value::Integer(integer))) => integer == number,
            (Expect::Word(_) | Expect::Number(_), _) => false,
        };
        if !stands {
            return Err(StoreError::Setting { setting: name });
        }
    }
    if planted(Plant::UnsyncedCommit) {
        let _ = run_to_end(conn, "PRAGMA synchronous = NORMAL");
    }
    Ok(())
}

/// The number that a pragma answers.
pub(crate) fn ask_number(conn: &Connection, name: &str, what: &'static str) -> Result<i64, StoreError> {
    match run_to_end(conn, &format!("PRAGMA {name}")).map_err(sqlite(what))? {
        Some(Value::Integer(number)) => Ok(number),
        Some(Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_)) | None => {
            Err(StoreError::Refused { what, code: 0 })
        }
    }
}

/// Steps a statement to its end and gives the first row's first value. Stopping at the first row of
/// `PRAGMA journal_mode=WAL` swallows an I/O error of the switch: the pragma says `wal`, and the database is not.
pub(crate) fn run_to_end(conn: &Connection, sql: &str) -> rusqlite::Result<Option<Value>> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut first = None;
    while let Some(row) = rows.next()? {
        if first.is_none() {
            first = Some(row.get(0)?);
        }
    }
    Ok(first)
}

fn option(conn: &Connection, config: DbConfig, value: bool, name: &'static str) -> Result<(), StoreError> {
    let stands = conn.set_db_config(config, value).map_err(sqlite("setting an option"))?;
    if stands == value { Ok(()) } else { Err(StoreError::Setting { setting: name }) }
}
