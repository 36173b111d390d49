//! Quarantine: a row that cannot be read leaves the queue as it is, is counted, and blocks nobody (F18).

use rusqlite::types::Value;
use siaga_engine::outbox::{Lane, Slot};

use crate::error::{StoreError, sqlite};
use crate::row::{COLUMNS, Undecodable};
use crate::{Store, Tx};

/// At most this many rows are kept. They are evidence for whoever looks into the phone; a thousand of 4 KiB are 4 MB. Beyond
/// that the oldest go, but never one of the lanes of an SOS (INV-10).
pub const QUARANTINE_ROWS_MAX: u32 = 1_000;

const FROM_OUTBOX: &str = "INSERT INTO quarantine (origin, reason, slot, incident, event, recipient, bearer, kind, attempt, drill, sha256, body)
     SELECT 'outbox', ?2, slot, incident, event, recipient, bearer, kind, attempt, drill, sha256, body
     FROM outbox WHERE slot = ?1";

const FROM_ELSEWHERE: &str = "INSERT INTO quarantine (origin, reason, slot, incident, event, recipient, bearer, kind, attempt, drill, sha256, body)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

impl Store {
    /// How many rows are in quarantine.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn quarantined(&self) -> Result<u32, StoreError> {
        self.conn
            .query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0))
            .map_err(sqlite("counting the quarantine"))
    }
}

impl Tx<'_> {
    /// Moves a row of the outbox into quarantine.
    pub(crate) fn quarantine(&mut self, slot: i64, reason: Undecodable) -> Result<(), StoreError> {
        let what = "moving a row into quarantine";
        self.execute(FROM_OUTBOX, (slot, reason.0), what)?;
        self.execute("DELETE FROM outbox WHERE slot = ?1", [slot], what).map(|_| ())
    }

    /// Puts a row of a database that was set aside into quarantine: the values of [`COLUMNS`] and the body, as they are.
    pub(crate) fn quarantine_raw(
        &mut self,
        origin: &str,
        reason: Undecodable,
        values: &[Value],
    ) -> Result<(), StoreError> {
        debug_assert_eq!(values.len(), COLUMNS.len() + 1);
        let head = [Value::Text(origin.to_owned()), Value::Text(reason.0.to_owned())];
        let params = rusqlite::params_from_iter(head.iter().chain(values));
        self.execute(FROM_ELSEWHERE, params, "putting a row into quarantine").map(|_| ())
    }

    pub(crate) fn retain_quarantine(&mut self) -> Result<(), StoreError> {
        let (sos_first, _) = Slot::range(Lane::Sos);
        let (_, urgent_last) = Slot::range(Lane::Urgent);
        self.execute(
            "DELETE FROM quarantine WHERE id IN (
                 SELECT id FROM quarantine WHERE slot NOT BETWEEN ?1 AND ?2 ORDER BY id
                 LIMIT max(0, (SELECT count(*) FROM quarantine) - ?3))",
            (sos_first.number(), urgent_last.number(), QUARANTINE_ROWS_MAX),
            "limiting the quarantine",
        )
        .map(|_| ())
    }
}
