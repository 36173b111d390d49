//! Salvage: the unsent rows of databases that were set aside come back, a batch a step, at any later time (INV-9).
//!
//! The cursor is committed with the rows that it stands for, so a salvage that is killed goes on where it was, and a row whose
//! event is already in the outbox is not taken twice.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rusqlite::OptionalExtension;
use siaga_engine::clock::T;
use siaga_engine::ids::EventId;
use siaga_engine::outbox::{Content, Row};
use siaga_engine::plant::{Plant, planted};
use siaga_vault::Digest;

use crate::error::{StoreError, files, sqlite};
use crate::history::HISTORY_RECORDS_MAX;
use crate::outbox::same_lane;
use crate::row::{Facts, RECIPIENT, Undecodable};
use crate::source::{Batch, Direction, Found, Patience, Source};
use crate::{Store, StoreOptions, Tx, aside, folder};

/// The file inside a folder that says that nothing is left to take. The database says so too; the file is for the day on which
/// that database is set aside itself.
const SALVAGED: &str = "salvaged";

/// A read of an old database that failed so often in one process is damage, and no disk that fails for a moment: with five
/// seconds between two tries, a minute.
const MOST_FAILURES: u32 = 12;

/// Salvaged rows stand in the upper half of a millisecond's serial numbers, out of the way of the engine's own.
const FIRST_SERIAL: u64 = 1 << 16;

/// What one batch of a salvage did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Rows that are in the outbox again. They are due at once: the clock of the old database means nothing here.
    pub taken: u32,
    /// Rows whose event was already in the outbox.
    pub known: u32,
    /// Rows that could not be read and are in quarantine now (F18).
    pub quarantined: u32,
    /// Whether a database could not be read at all, or damage hid some of its rows. It stays where it is.
    pub damaged: bool,
    /// The old engine's state, with the first batch of each database: its open incidents can be adopted in this same step.
    pub state: Option<Vec<u8>>,
    /// Whether nothing is left in any database. Go on in another step otherwise.
    pub finished: bool,
}

/// How far one database has been salvaged.
struct Progress {
    phase: Phase,
    front: i64,
    back: i64,
}

#[derive(Clone, Copy)]
enum Phase {
    Front,
    Back,
    Done,
}

impl Phase {
    const fn word(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Done => "done",
        }
    }
}

impl Tx<'_> {
    /// Takes up to `rows` rows from the newest database that was set aside and is not yet salvaged. The newest comes first
    /// because its copy of a row is the later one.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process still has that database open and locked, and [`StoreError::Io`] while its
    /// disk fails, twelve times at most; else as every access to the database. What is damaged in the old one is no
    /// error.
    pub fn salvage(&mut self, t: T, rows: u32) -> Result<Salvaged, StoreError> {
        let salvaged = self.salvage_some(t, rows);
        if matches!(salvaged, Err(StoreError::Io { .. })) {
            self.store.salvage_failures = self.store.salvage_failures.saturating_add(1);
        }
        salvaged
    }

    fn salvage_some(&mut self, t: T, rows: u32) -> Result<Salvaged, StoreError> {
        let mut salvaged = Salvaged::default();
        let Some((name, path)) = next(self.store)? else {
            salvaged.finished = true;
            return Ok(salvaged);
        };
        let patience = if self.store.salvage_failures < MOST_FAILURES { Patience::TryAgain } else { Patience::Enough };
        let source = Source::open(&self.store.options.disk, &path, self.store.options.busy_ms, patience)?;
        let progress = match self.progress(&name)? {
            Some(progress) => progress,
            None => self.start(t, &name, &path, source.as_ref(), &mut salvaged)?,
        };
        let progress = match source {
            None => {
                salvaged.damaged = true;
                Progress { phase: Phase::Done, ..progress }
            }
            Some(source) => self.one_batch(t, &name, &source, progress, rows.max(1), &mut salvaged)?,
        };
        self.execute(
            "UPDATE salvage SET phase = ?2, front = ?3, back = ?4, taken = taken + ?5 WHERE folder = ?1",
            (&name, progress.phase.word(), progress.front, progress.back, salvaged.taken),
            "noting how far the salvage is",
        )?;
        if matches!(progress.phase, Phase::Done) {
            self.salvaged_one = true;
            salvaged.finished = next(self.store)?.is_none();
        }
        Ok(salvaged)
    }

    fn one_batch(
        &mut self,
        t: T,
        name: &str,
        source: &Source,
        progress: Progress,
        limit: u32,
        salvaged: &mut Salvaged,
    ) -> Result<Progress, StoreError> {
        let Progress { phase, mut front, mut back } = progress;
        let direction = match phase {
            Phase::Front => Direction::FromFront,
            Phase::Back | Phase::Done => Direction::FromBack,
        };
        let batch = source.batch(direction, front, back, limit)?;
        match (direction, batch.rows.last()) {
            (Direction::FromFront, Some(last)) => front = last.slot,
            (Direction::FromBack, Some(last)) => back = last.slot,
            (Direction::FromFront | Direction::FromBack, None) => {}
        }
        salvaged.damaged |= batch.damaged;
        let phase = match (direction, batch.damaged, batch.exhausted) {
            (Direction::FromFront, true, _) => Phase::Back,
            (Direction::FromFront, false, false) => Phase::Front,
            (Direction::FromBack, false, false) => Phase::Back,
            (Direction::FromFront, false, true) | (Direction::FromBack, true, _) | (Direction::FromBack, _, true) => {
                Phase::Done
            }
        };
        self.take(t, name, batch, salvaged)?;
        Ok(Progress { phase, front, back })
    }

    /// Begins with a database: its state is offered; its key set, its history and its notes of kept files are taken over where
    /// there are none.
    fn start(
        &mut self,
        t: T,
        name: &str,
        path: &std::path::Path,
        source: Option<&Source>,
        salvaged: &mut Salvaged,
    ) -> Result<Progress, StoreError> {
        let what = "beginning a salvage";
        let reason = aside::reason_in(&self.store.options.disk, path)
            .map_or_else(|| "unknown".to_owned(), |reason| reason.to_string());
        let progress = Progress { phase: Phase::Front, front: 0, back: i64::MAX };
        self.execute(
            "INSERT INTO salvage (folder, reason, phase, front, back, taken) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            (name, reason, progress.phase.word(), progress.front, progress.back),
            what,
        )?;
        let Some(source) = source else { return Ok(progress) };
        salvaged.state = source.state()?;
        if let Some(jws) = source.keys()? {
            self.execute("INSERT OR IGNORE INTO keys (id, jws) VALUES (1, ?1)", [jws], what)?;
        }
        for (incident, record) in source.history(HISTORY_RECORDS_MAX)? {
            self.execute(
                "INSERT OR IGNORE INTO history (incident, archived_t, record) VALUES (?1, ?2, ?3)",
                (incident, i64::try_from(t.0).unwrap_or(i64::MAX), record),
                what,
            )?;
        }
        let files = source.files()?;
        salvaged.damaged |= files.damaged;
        for row in files.rows {
            self.take_over_file(t, row)?;
        }
        Ok(progress)
    }

    fn take(&mut self, t: T, name: &str, batch: Batch, salvaged: &mut Salvaged) -> Result<(), StoreError> {
        let known = self.known(&batch)?;
        for Found { values, facts, .. } in batch.rows {
            match facts.and_then(|(facts, bytes)| revived(t, facts, bytes)) {
                Ok(row) if known.contains(&row.event) => salvaged.known = salvaged.known.saturating_add(1),
                Ok(row) => {
                    self.insert(&row)?;
                    salvaged.taken = salvaged.taken.saturating_add(1);
                }
                Err(reason) => {
                    self.quarantine_raw(name, reason, &values)?;
                    salvaged.quarantined = salvaged.quarantined.saturating_add(1);
                }
            }
        }
        Ok(())
    }

    /// Which events of a batch are in the outbox already: one scan of it for the whole batch, in memory of the batch's size.
    fn known(&self, batch: &Batch) -> Result<BTreeSet<EventId>, StoreError> {
        let what = "comparing a salvage with the outbox";
        let wanted: BTreeSet<EventId> =
            batch.rows.iter().filter_map(|row| row.facts.as_ref().ok()).map(|(facts, _)| facts.event).collect();
        let mut known = BTreeSet::new();
        let mut statement = self.cached("SELECT event FROM outbox WHERE recipient = ?1", what)?;
        let mut rows = statement.query([RECIPIENT]).map_err(sqlite(what))?;
        while let Some(row) = rows.next().map_err(sqlite(what))? {
            // A row with another event is met by the heads and goes into quarantine there.
            let Ok(bytes) = row.get::<_, [u8; 16]>(0) else { continue };
            let event = EventId::from_bytes(bytes);
            if wanted.contains(&event) {
                known.insert(event);
            }
        }
        Ok(known)
    }

    fn progress(&self, name: &str) -> Result<Option<Progress>, StoreError> {
        let what = "reading how far the salvage is";
        self.cached("SELECT phase, front, back FROM salvage WHERE folder = ?1", what)?
            .query_row([name], |row| {
                let phase = match row.get::<_, String>(0)?.as_str() {
                    "front" => Phase::Front,
                    "back" => Phase::Back,
                    _ => Phase::Done,
                };
                Ok(Progress { phase, front: row.get(1)?, back: row.get(2)? })
            })
            .optional()
            .map_err(sqlite(what))
    }
}

/// The row as it goes into the outbox again: in its lane or parked, due at once.
fn revived(t: T, facts: Facts, bytes: Vec<u8>) -> Result<Row, Undecodable> {
    let content = match facts.sha256 {
        None => Content::Draft(bytes),
        Some(sha256) if Digest::of(&bytes) == sha256 => Content::Frozen { bytes, sha256 },
        // The bytes are damaged. A damaged SOS is better than none: the centre stores and flags what it cannot read (INV-2).
        Some(_) if facts.slot.lane().is_some_and(|lane| lane.never_parks()) => Content::freeze(bytes),
        Some(_) => return Err(Undecodable("digest")),
    };
    Ok(Row {
        slot: same_lane(facts.slot, t, FIRST_SERIAL),
        incident: facts.incident,
        event: facts.event,
        kind: facts.kind,
        drill: facts.drill,
        attempt: facts.attempt,
        content,
    })
}

/// How many databases are not yet salvaged.
pub(crate) fn unsalvaged(store: &Store) -> Result<u32, StoreError> {
    let mut count: u32 = 0;
    if planted(Plant::NoSalvage) {
        return Ok(0);
    }
    for (name, path) in folders(store)? {
        if !done(store, &name, &path)? {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

/// Writes the mark into every folder whose salvage is committed as done.
pub(crate) fn mark_salvaged(store: &Store) -> Result<(), StoreError> {
    let what = "marking a salvage as done";
    let disk = &store.options.disk;
    for (name, path) in folders(store)? {
        let mark = path.join(SALVAGED);
        if disk.files.size(&mark).is_none() && done(store, &name, &path)? {
            disk.files.write(&mark, b"").map_err(files(what))?;
            folder::sync(disk, &path)?;
        }
    }
    Ok(())
}

fn next(store: &Store) -> Result<Option<(String, PathBuf)>, StoreError> {
    for (name, path) in folders(store)?.into_iter().rev() {
        if !done(store, &name, &path)? {
            return Ok(Some((name, path)));
        }
    }
    Ok(None)
}

fn folders(store: &Store) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let StoreOptions { disk, folder, .. } = &store.options;
    Ok(folder::numbered(disk, folder)?.into_iter().map(|(number, path)| (number.to_string(), path)).collect())
}

fn done(store: &Store, name: &str, path: &std::path::Path) -> Result<bool, StoreError> {
    if store.options.disk.files.size(&path.join(SALVAGED)).is_some() {
        return Ok(true);
    }
    store
        .conn
        .prepare_cached("SELECT 1 FROM salvage WHERE folder = ?1 AND phase = 'done'")
        .and_then(|mut statement| statement.exists([name]))
        .map_err(sqlite("reading how far the salvage is"))
}
