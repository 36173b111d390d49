//! The history: records of incidents that have ended, in the engine's own notation.

use rusqlite::OptionalExtension;
use siaga_engine::clock::T;
use siaga_engine::ids::IncidentId;

use crate::error::{StoreError, sqlite};
use crate::{Store, Tx};

/// At most this many records: two a day for three months of drills and reports; at 2 KiB each some 400 KiB (INV-10).
pub const HISTORY_RECORDS_MAX: u32 = 200;
/// Records older than this go: 30 days of the persisted clock, long enough for a report to the police and a review with the
/// centre, short enough that a phone that is seized or sold does not tell a life (INV-12).
pub const HISTORY_AGE_MAX_MS: u64 = 30 * 24 * 3600 * 1000;

impl Store {
    /// The newest records, newest first.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn history(&self, newest: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        let what = "reading the history";
        let mut statement = self
            .conn
            .prepare_cached("SELECT record FROM history ORDER BY archived_t DESC, rowid DESC LIMIT ?1")
            .map_err(sqlite(what))?;
        let records = statement.query_map([newest], |row| row.get(0)).map_err(sqlite(what))?;
        records.collect::<Result<_, _>>().map_err(sqlite(what))
    }
}

impl Tx<'_> {
    /// The record of one incident; `None` when it is not history.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn record(&self, incident: IncidentId) -> Result<Option<Vec<u8>>, StoreError> {
        let what = "reading an incident's record";
        self.cached("SELECT record FROM history WHERE incident = ?1", what)?
            .query_row([incident.to_bytes()], |row| row.get(0))
            .optional()
            .map_err(sqlite(what))
    }

    /// Keeps the history and the quarantine within their limits: with each record that is added.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn retain(&mut self, t: T) -> Result<(), StoreError> {
        let what = "limiting the history";
        let oldest = i64::try_from(t.0.saturating_sub(HISTORY_AGE_MAX_MS)).unwrap_or(i64::MAX);
        self.execute("DELETE FROM history WHERE archived_t < ?1", [oldest], what)?;
        self.execute(
            "DELETE FROM history WHERE rowid IN (
                 SELECT rowid FROM history ORDER BY archived_t DESC, rowid DESC LIMIT -1 OFFSET ?1)",
            [HISTORY_RECORDS_MAX],
            what,
        )?;
        self.retain_quarantine()
    }

    pub(crate) fn archive(&mut self, t: T, incident: IncidentId, record: &[u8]) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO history (incident, archived_t, record) VALUES (?1, ?2, ?3)
             ON CONFLICT (incident) DO UPDATE SET archived_t = excluded.archived_t, record = excluded.record",
            (incident.to_bytes(), i64::try_from(t.0).unwrap_or(i64::MAX), record),
            "writing an incident's record",
        )
        .map(|_| ())
    }
}
