//! Reading a database that was set aside. It is opened read-only: SQLite then reads its log where it lies, and neither the
//! database nor the log is changed (INV-9), whatever version made them.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use crate::disk::Disk;
use crate::error::{StoreError, sqlite};
use crate::folder::{self, DATABASE};
use crate::media::FileRow;
use crate::pragmas;
use crate::row::{self, COLUMNS, Facts, Undecodable};

/// One database that was set aside, open for reading.
pub(crate) struct Source {
    conn: Connection,
    columns: String,
    patience: Patience,
}

/// Whether a read that fails may be worth another try: a disk may fail for a moment only, but damage that stays must not hold
/// the salvage up for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It is tried again later.
    TryAgain,
    /// It failed often enough to be damage.
    Enough,
}

/// A record of the history: its incident, and its bytes.
pub(crate) type Record = ([u8; 16], Vec<u8>);

/// Which way to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the most urgent lane on.
    FromFront,
    /// From the end, when damage stopped the way from the front.
    FromBack,
}

/// A row as it was found.
pub(crate) struct Found {
    pub(crate) slot: i64,
    /// All columns, the body last.
    pub(crate) values: Vec<Value>,
    pub(crate) facts: Result<(Facts, Vec<u8>), Undecodable>,
}

/// What one read gave.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) rows: Vec<Found>,
    /// Whether damage stopped it.
    pub(crate) damaged: bool,
    /// Whether there is nothing more this way.
    pub(crate) exhausted: bool,
}

/// The notes of kept files of one database.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) rows: Vec<FileRow>,
    /// Whether damage hid some.
    pub(crate) damaged: bool,
}

impl Source {
    /// Opens the database in a folder; `None` when nothing can be read from it at all.
    pub(crate) fn open(
        disk: &Disk,
        set_aside: &Path,
        busy_ms: u32,
        patience: Patience,
    ) -> Result<Option<Self>, StoreError> {
        let path = set_aside.join(DATABASE);
        if folder::size(disk, &path) == 0 {
            // SQLite would delete the log of an empty database.
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let what = "opening a database that was set aside";
        let opened = match &disk.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&path, flags, vfs.as_str()),
            None => Connection::open_with_flags(&path, flags),
        };
        let opened = opened.map_err(sqlite(what)).and_then(|conn| {
            pragmas::before_reading(&conn, busy_ms)?;
            // A planted or damaged schema must not call functions.
            pragmas::run_to_end(&conn, "PRAGMA trusted_schema = OFF").map_err(sqlite(what))?;
            let columns = columns(&conn).map_err(sqlite(what))?;
            Ok(columns.map(|columns| Self { conn, columns, patience }))
        });
        patience.unless_passing(opened).map(Option::flatten)
    }

    /// The rows after `front` and before `back`, at most `limit`.
    pub(crate) fn batch(&self, direction: Direction, front: i64, back: i64, limit: u32) -> Result<Batch, StoreError> {
        let mut batch = Batch::default();
        let read = self.fill(&mut batch, direction, front, back, limit);
        batch.damaged = self.unless_passing(read)?.is_none();
        batch.exhausted = !batch.damaged && u32::try_from(batch.rows.len()).is_ok_and(|read| read < limit);
        Ok(batch)
    }

    /// The engine's state, when it can be read.
    pub(crate) fn state(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT state FROM engine WHERE id = 1", "reading a state that was set aside")
    }

    /// The signed key set, when it can be read.
    pub(crate) fn keys(&self) -> Result<Option<String>, StoreError> {
        self.one("SELECT jws FROM keys WHERE id = 1", "reading keys that were set aside")
    }

    fn one<V: rusqlite::types::FromSql>(&self, sql: &str, what: &'static str) -> Result<Option<V>, StoreError> {
        let read = self.conn.query_row(sql, [], |row| row.get(0)).optional().map_err(sqlite(what));
        self.unless_passing(read).map(Option::flatten)
    }

    /// The records of the history that can be read, oldest first; what comes before the first damage counts.
    pub(crate) fn history(&self, newest: u32) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        let read = self.fill_history(&mut records, newest).map_err(sqlite("reading a history that was set aside"));
        let _ = self.unless_passing(read)?;
        records.reverse();
        Ok(records)
    }

    fn fill_history(&self, records: &mut Vec<Record>, newest: u32) -> rusqlite::Result<()> {
        let sql = "SELECT incident, record FROM history ORDER BY archived_t DESC, rowid DESC LIMIT ?1";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([newest])?;
        while let Some(row) = rows.next()? {
            records.push((row.get(0)?, row.get(1)?));
        }
        Ok(())
    }

    /// The notes of kept files that can be read: up to the first damage from the front, and then from the back. None in a
    /// database from before there were any.
    pub(crate) fn files(&self) -> Result<Files, StoreError> {
        let what = "reading kept files that were set aside";
        let mut files = Files::default();
        let there = self
            .conn
            .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'media'")
            .and_then(|mut statement| statement.exists([]))
            .map_err(sqlite(what));
        if self.unless_passing(there)? == Some(false) {
            return Ok(files);
        }
        for direction in [Direction::FromFront, Direction::FromBack] {
            let read = self.fill_files(&mut files.rows, direction);
            if self.unless_passing(read)?.is_some() {
                break;
            }
            files.damaged = true;
        }
        Ok(files)
    }

    fn fill_files(&self, files: &mut Vec<FileRow>, direction: Direction) -> Result<(), StoreError> {
        let what = "reading kept files that were set aside";
        let order = match direction {
            Direction::FromFront => "ASC",
            Direction::FromBack => "DESC",
        };
        let sql = format!("SELECT {} FROM media ORDER BY file {order}", FileRow::COLUMNS);
        let mut statement = self.conn.prepare(&sql).map_err(sqlite(what))?;
        let mut rows = statement.query([]).map_err(sqlite(what))?;
        let mut last: Option<[u8; 16]> = None;
        while let Some(row) = rows.next().map_err(sqlite(what))? {
            let row = FileRow::read(row).map_err(sqlite(what))?;
            // As in the outbox: a damaged tree may lead in a circle.
            let onward = last.is_none_or(|last| match direction {
                Direction::FromFront => last < row.file,
                Direction::FromBack => row.file < last,
            });
            if !onward {
                return Err(StoreError::Corrupt { what, code: rusqlite::ffi::SQLITE_CORRUPT });
            }
            last = Some(row.file);
            files.push(row);
        }
        Ok(())
    }

    fn unless_passing<V>(&self, result: Result<V, StoreError>) -> Result<Option<V>, StoreError> {
        self.patience.unless_passing(result)
    }

    fn fill(
        &self,
        batch: &mut Batch,
        direction: Direction,
        front: i64,
        back: i64,
        limit: u32,
    ) -> Result<(), StoreError> {
        let what = "reading a database that was set aside";
        let order = match direction {
            Direction::FromFront => "ASC",
            Direction::FromBack => "DESC",
        };
        let columns = &self.columns;
        let sql =
            format!("SELECT {columns}, body FROM outbox WHERE slot > ?1 AND slot < ?2 ORDER BY slot {order} LIMIT ?3");
        let mut statement = self.conn.prepare(&sql).map_err(sqlite(what))?;
        let mut rows = statement.query((front, back, limit)).map_err(sqlite(what))?;
        let mut last = None;
        while let Some(row) = rows.next().map_err(sqlite(what))? {
            let found = found(row).map_err(sqlite(what))?;
            // A damaged tree may lead in a circle: what does not go on in order is the damage.
            let inside = front < found.slot && found.slot < back;
            let onward = last.is_none_or(|last: i64| match direction {
                Direction::FromFront => last < found.slot,
                Direction::FromBack => found.slot < last,
            });
            if !inside || !onward {
                return Err(StoreError::Corrupt { what, code: rusqlite::ffi::SQLITE_CORRUPT });
            }
            last = Some(found.slot);
            batch.rows.push(found);
        }
        Ok(())
    }
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    let values = (0..=COLUMNS.len()).map(|index| row.get(index)).collect::<Result<Vec<Value>, _>>()?;
    let facts = row::decode(row).and_then(|facts| Ok((facts, row::body(row)?)));
    Ok(Found { slot: row.get(0)?, values, facts })
}

/// The columns to select: those that are known and there, a constant for those that are known and missing. Columns that a
/// newer version added are not read. `None` when what makes a row is missing.
fn columns(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = conn.prepare("SELECT name FROM pragma_table_info('outbox')")?;
    let there: BTreeSet<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut selected = Vec::new();
    for column in COLUMNS {
        selected.push(match (there.contains(column), column) {
            (true, _) => column,
            (false, "recipient") => "'centre'",
            (false, "bearer") => "1",
            (false, "attempt" | "drill") => "0",
            (false, "sha256") => "NULL",
            (false, _) => return Ok(None),
        });
    }
    Ok(there.contains("body").then(|| selected.join(", ")))
}

impl Patience {
    /// An error that passes stays one; any other means that the source gives nothing more.
    fn unless_passing<V>(self, result: Result<V, StoreError>) -> Result<Option<V>, StoreError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(passing @ (StoreError::Busy { .. } | StoreError::Full { .. })) => Err(passing),
            Err(failed @ StoreError::Io { .. }) if self == Self::TryAgain => Err(failed),
            Err(
                StoreError::Corrupt { .. }
                | StoreError::Moved
                | StoreError::Io { .. }
                | StoreError::Newer { .. }
                | StoreError::Migration { .. }
                | StoreError::Setting { .. }
                | StoreError::Refused { .. },
            ) => Ok(None),
        }
    }
}
