//! The outbox: changes in, rows and bodies out. Every access is a seek by slot, but for the two that are marked as scans.

use std::collections::BTreeSet;

use rusqlite::{ErrorCode, OptionalExtension};
use siaga_engine::clock::T;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Lane, Row, RowKey, Slot};

use crate::Tx;
use crate::error::{StoreError, sqlite};
use crate::row::{self, BEARER_HTTPS, RECIPIENT};

const INSERT: &str = "INSERT INTO outbox (slot, incident, event, recipient, bearer, kind, attempt, drill, sha256, body)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

impl Tx<'_> {
    /// Applies changes in their order. `t` is the step's moment; it dates what goes into the history.
    ///
    /// A row gets exactly the slot that it is given, because the engine remembers it; a row in its way (a salvaged one, or one
    /// that another process held in memory) steps aside.
    ///
    /// # Errors
    /// As every access to the database. Drop the transaction then: half of the changes may stand in it.
    pub fn apply(&mut self, t: T, changes: &[Change]) -> Result<(), StoreError> {
        for change in changes {
            match change {
                Change::Insert(row) => self.place(row.slot, "inserting a row", |tx| tx.insert_at(row.slot, row))?,
                Change::Delete { slot, event } => self.delete(*slot, *event)?,
                Change::Move { from, to, attempt } => self.shift(*from, *to, *attempt)?,
                Change::Write { slot, event, content } => self.write(*slot, *event, content)?,
                Change::Reassign { from, to } => self.reassign(*from, *to)?,
                Change::EvictOldest { lane, rows } => self.evict_oldest(*lane, *rows)?,
                Change::Recall { lane, due } => self.recall(*lane, *due)?,
                Change::Archive { incident, record } => self.archive(t, *incident, record)?,
                Change::KeepFile { file, sha256, bytes } => self.keep_file(file.event(), *sha256, *bytes)?,
                Change::ReleaseFile { file, until } => self.release_file(file.event(), *until)?,
                Change::SaveKeys { jws } => self.save_keys(jws)?,
            }
        }
        Ok(())
    }

    /// The bytes of a row: for a frozen one exactly those that are sent (INV-4). `None` when the row is gone.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn body(&self, slot: Slot) -> Result<Option<Vec<u8>>, StoreError> {
        let what = "reading a row's bytes";
        self.cached("SELECT body FROM outbox WHERE slot = ?1", what)?
            .query_row([slot.number()], |row| row.get(0))
            .optional()
            .map_err(sqlite(what))
    }

    /// The row of an event, in its lane, parked, or a draft. Scans all three, without reading bodies: for what is rare, a late receipt, a
    /// conflict, or a citizen who writes. A row that cannot be read is not found.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn find(&self, key: &RowKey) -> Result<Option<Row>, StoreError> {
        let what = "looking for a row";
        let mut statement = self.cached(
            "SELECT slot, incident, event, recipient, bearer, kind, attempt, drill, sha256, body
             FROM outbox WHERE slot BETWEEN ?1 AND ?2 AND event = ?3",
            what,
        )?;
        for (first, last) in [Slot::range(key.lane), Slot::parked_range(), Slot::draft_range()] {
            let mut rows =
                statement.query((first.number(), last.number(), key.event.to_bytes())).map_err(sqlite(what))?;
            while let Some(found) = rows.next().map_err(sqlite(what))? {
                let (Ok(facts), Ok(bytes)) = (row::decode(found), row::body(found)) else { continue };
                let content = match facts.sha256 {
                    Some(sha256) => Content::Frozen { bytes, sha256 },
                    None => Content::Draft(bytes),
                };
                return Ok(Some(Row {
                    slot: facts.slot,
                    incident: facts.incident,
                    event: facts.event,
                    kind: facts.kind,
                    drill: facts.drill,
                    attempt: facts.attempt,
                    content,
                }));
            }
        }
        Ok(None)
    }

    /// The slot itself when it is free, or the next free one: behind the last row of the same millisecond, or in the next.
    pub(crate) fn free_slot(&self, wanted: Slot) -> Result<Slot, StoreError> {
        let what = "looking for a free slot";
        let mut last_row =
            self.cached("SELECT slot FROM outbox WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot DESC LIMIT 1", what)?;
        let mut taken = self.cached("SELECT 1 FROM outbox WHERE slot = ?1", what)?;
        let mut slot = wanted;
        while taken.exists([slot.number()]).map_err(sqlite(what))? {
            // The last serial of this millisecond: a slot keeps only as many bits as it has room for.
            let end = same_lane(slot, slot.due(), u64::MAX);
            let last: i64 =
                last_row.query_row((slot.number(), end.number()), |row| row.get(0)).map_err(sqlite(what))?;
            slot = if last < end.number() {
                Slot::from_number(last.saturating_add(1))
            } else {
                same_lane(slot, slot.due().after(1), 0)
            };
        }
        Ok(slot)
    }

    /// Takes in rows that a process held in memory. Their slots mean nothing here, so each gets the next free one: look where
    /// it stands by [`Tx::heads`]. A commit that failed may stand after all when the database was opened anew, so a row may be
    /// here already: it gives way to the one from memory, whose bytes may have left the phone (INV-4).
    ///
    /// # Errors
    /// As every access to the database.
    pub fn take_in(&mut self, rows: &[&Row]) -> Result<(), StoreError> {
        let what = "comparing memory with the outbox";
        let events: BTreeSet<EventId> = rows.iter().map(|row| row.event).collect();
        for slot in self.slots_of(&events).map_err(sqlite(what))? {
            self.execute("DELETE FROM outbox WHERE slot = ?1", [slot], what)?;
        }
        rows.iter().try_for_each(|row| self.insert(row))
    }

    /// A scan, without bodies.
    fn slots_of(&self, events: &BTreeSet<EventId>) -> rusqlite::Result<Vec<i64>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.store.conn.prepare_cached("SELECT slot, event FROM outbox WHERE recipient = ?1")?;
        let mut rows = statement.query([RECIPIENT])?;
        let mut slots = Vec::new();
        while let Some(row) = rows.next()? {
            // A row with another event is met by the heads and goes into quarantine there.
            let event = row.get::<_, [u8; 16]>(1).map(EventId::from_bytes);
            if event.is_ok_and(|event| events.contains(&event)) {
                slots.push(row.get(0)?);
            }
        }
        Ok(slots)
    }

    /// Puts a row into its slot. One that stands there steps aside, which is rare: it is not looked for, the attempt finds out.
    fn place(
        &mut self,
        slot: Slot,
        what: &'static str,
        put: impl Fn(&Self) -> rusqlite::Result<usize>,
    ) -> Result<(), StoreError> {
        let mut done = put(self);
        if done.as_ref().is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)) {
            self.clear_way(slot)?;
            done = put(self);
        }
        done.map(drop).map_err(sqlite(what))
    }

    /// A row that stands in this slot steps aside.
    fn clear_way(&mut self, slot: Slot) -> Result<(), StoreError> {
        let aside = self.free_slot(slot)?;
        if aside != slot {
            self.execute(
                "UPDATE outbox SET slot = ?2 WHERE slot = ?1",
                (slot.number(), aside.number()),
                "clearing the way for a row",
            )?;
        }
        Ok(())
    }

    /// Inserts a row in its slot, or in the next free one.
    pub(crate) fn insert(&mut self, row: &Row) -> Result<(), StoreError> {
        let slot = self.free_slot(row.slot)?;
        self.insert_at(slot, row).map(drop).map_err(sqlite("inserting a row"))
    }

    fn insert_at(&self, slot: Slot, row: &Row) -> rusqlite::Result<usize> {
        let (bytes, sha256) = parts(&row.content);
        self.store.conn.prepare_cached(INSERT)?.execute((
            slot.number(),
            row.incident.to_bytes(),
            row.event.to_bytes(),
            RECIPIENT,
            BEARER_HTTPS,
            row.kind.number(),
            row.attempt,
            row.drill,
            sha256,
            bytes,
        ))
    }

    fn delete(&mut self, slot: Slot, event: EventId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM outbox WHERE slot = ?1 AND event = ?2",
            (slot.number(), event.to_bytes()),
            "deleting a row",
        )
        .map(|_| ())
    }

    fn shift(&mut self, from: Slot, to: Slot, attempt: u32) -> Result<(), StoreError> {
        self.place(to, "moving a row", |tx| {
            let sql = "UPDATE outbox SET slot = ?2, attempt = ?3 WHERE slot = ?1";
            tx.store.conn.prepare_cached(sql)?.execute((from.number(), to.number(), attempt))
        })
    }

    fn write(&mut self, slot: Slot, event: EventId, content: &Content) -> Result<(), StoreError> {
        let (bytes, sha256) = parts(content);
        self.execute(
            "UPDATE outbox SET sha256 = ?3, body = ?4 WHERE slot = ?1 AND event = ?2",
            (slot.number(), event.to_bytes(), sha256, bytes),
            "writing a row",
        )
        .map(|_| ())
    }

    /// A scan, without bodies: an incident gets a new id at most once, when its phone was rewound or cloned.
    fn reassign(&mut self, from: IncidentId, to: IncidentId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE outbox SET incident = ?2 WHERE incident = ?1 AND sha256 IS NULL",
            (from.to_bytes(), to.to_bytes()),
            "giving drafts another incident",
        )
        .map(|_| ())
    }

    /// Each keeps its serial. One whose new place another row has already stays aside until the next time.
    fn recall(&mut self, lane: Lane, due: T) -> Result<(), StoreError> {
        let (first, last) = Slot::aside_range(lane);
        let back = first.number().saturating_sub(Slot::new(lane, due, 0).number());
        self.execute(
            "UPDATE OR IGNORE outbox SET slot = slot - ?3 WHERE slot BETWEEN ?1 AND ?2",
            (first.number(), last.number(), back),
            "recalling rows that were set aside",
        )
        .map(|_| ())
    }

    /// Never of a lane of an SOS, and never the newest row of a lane, whatever is asked (INV-10).
    fn evict_oldest(&mut self, lane: Lane, rows: u32) -> Result<(), StoreError> {
        if lane.never_parks() {
            return Ok(());
        }
        let (first, last) = Slot::range(lane);
        self.execute(
            "DELETE FROM outbox WHERE slot IN (
                 SELECT slot FROM outbox WHERE slot BETWEEN ?1 AND ?2
                 AND slot < (SELECT max(slot) FROM outbox WHERE slot BETWEEN ?1 AND ?2)
                 ORDER BY slot LIMIT ?3)",
            (first.number(), last.number(), rows),
            "evicting the oldest rows",
        )
        .map(|_| ())
    }
}

/// A slot in the lane of another, or outside all lanes as that is.
pub(crate) fn same_lane(slot: Slot, due: T, serial: u64) -> Slot {
    match slot.lane() {
        Some(lane) => Slot::new(lane, due, serial),
        None if slot.is_draft() => Slot::draft(due, serial),
        None => Slot::parked(due, serial),
    }
}

fn parts(content: &Content) -> (&[u8], Option<[u8; 32]>) {
    match content {
        Content::Draft(bytes) => (bytes, None),
        Content::Frozen { bytes, sha256 } => (bytes, Some(sha256.0)),
    }
}
