//! How the last run ended. Low-cost phones kill every process, so an unclean stop is normal and costs nothing; only when the
//! phone itself went down may the disk have lied, and then the database is checked, after the first drain.

use rusqlite::Connection;

use crate::Store;
use crate::error::{StoreError, sqlite};
use crate::pragmas::run_to_end;

/// Whether the database has to be checked: the phone went down while it was in use, or an earlier check is still owed.
pub(crate) fn verify_due(conn: &Connection, boot: &str) -> Result<bool, StoreError> {
    conn.query_row("SELECT verify_due <> 0 OR (clean = 0 AND boot <> ?1) FROM run WHERE id = 1", [boot], |row| {
        row.get(0)
    })
    .map_err(sqlite("reading how the last run ended"))
}

/// Notes that this boot writes. Part of the first commit after opening and after another process's commit: no sync of its
/// own. Writes no page when the note stands already.
pub(crate) fn note_in_use(conn: &Connection, boot: &str, verify_due: bool) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE run SET boot = ?1, clean = 0, verify_due = max(verify_due, ?2)
         WHERE id = 1 AND (boot <> ?1 OR clean <> 0 OR verify_due < ?2)",
    )
    .and_then(|mut statement| statement.execute((boot, verify_due)))
    .map(|_| ())
    .map_err(sqlite("noting that the database is in use"))
}

/// Notes a clean close.
pub(crate) fn note_clean(conn: &Connection) -> rusqlite::Result<usize> {
    conn.execute("UPDATE run SET clean = 1 WHERE id = 1 AND clean <> 1", [])
}

impl Store {
    /// Checks the whole database (SQLite's `quick_check`). Takes time with the size of the file: ask it after the first drain
    /// when [`crate::Opening::verify_due`] says so, and after a [`StoreError::Corrupt`] that may have been passing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is damaged: set it aside.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        let what = "checking the database";
        let answer = run_to_end(&self.conn, "PRAGMA quick_check(1)").map_err(sqlite(what))?;
        if answer != Some(rusqlite::types::Value::Text("ok".into())) {
            return Err(StoreError::Corrupt { what, code: rusqlite::ffi::SQLITE_CORRUPT });
        }
        self.verify_due = false;
        self.conn
            .execute("UPDATE run SET verify_due = 0 WHERE id = 1 AND verify_due <> 0", [])
            .map(|_| ())
            .map_err(sqlite(what))
    }
}
