//! What these tests play with: connections and stores of a process on a disk, and rows.

use rusqlite::{Connection, OpenFlags};
use siaga_engine::clock::T;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Kind, Lane, Row, RowKey, Slot};
use siaga_sim::disk::{Action, SimDisk};
use siaga_store::{Store, StoreError, StoreOptions};

/// A database that is none of the store's.
pub(crate) const DATABASE: &str = "/test.db";

/// What strikes at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    Kill,
    PowerCut,
}

impl Blow {
    pub(crate) const BOTH: [Self; 2] = [Self::Kill, Self::PowerCut];

    /// Strikes at the `k`-th operation of a process.
    pub(crate) fn at(self, disk: &SimDisk, process: u32, k: u64) {
        let action = match self {
            Self::Kill => Action::Kill,
            Self::PowerCut => Action::PowerCut(fastrand::Rng::with_seed(k)),
        };
        disk.at_operation(process, k, action);
    }
}

/// A connection of a process, with a time-out of 0.
pub(crate) fn connect(disk: &SimDisk, process: u32) -> rusqlite::Result<Connection> {
    disk.run_as(process, || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags_and_vfs(DATABASE, flags, disk.vfs_name())?;
        conn.busy_timeout(std::time::Duration::ZERO)?;
        Ok(conn)
    })
}

/// Runs a pragma to its end: stopping at the first row would swallow an error of the switch.
pub(crate) fn pragma(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

pub(crate) fn number(conn: &Connection, sql: &str) -> rusqlite::Result<i64> {
    conn.query_row(sql, [], |row| row.get(0))
}

/// The numbers of the rows, and that the database is sound.
pub(crate) fn rows(conn: &Connection) -> Vec<i64> {
    let sound: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let tables = number(conn, "SELECT count(*) FROM sqlite_schema").unwrap();
    if tables == 0 {
        return Vec::new();
    }
    let mut statement = conn.prepare("SELECT number FROM rows ORDER BY number").unwrap();
    let numbers = statement.query_map([], |row| row.get(0)).unwrap();
    numbers.map(Result::unwrap).collect()
}

/// A store of small files, so that a walk over every operation is short.
pub(crate) fn options(disk: &SimDisk, process: u32) -> StoreOptions {
    StoreOptions {
        disk: disk.of_process(process),
        busy_ms: 0,
        wal_bytes: 40 * 1024,
        reserve_bytes: 16 * 1024,
        ..StoreOptions::new(disk.folder(), "boot-1")
    }
}

pub(crate) fn open(disk: &SimDisk, process: u32) -> Result<Store, StoreError> {
    let options = options(disk, process);
    disk.run_as(process, || Store::open(&options)).map(|(store, _)| store)
}

pub(crate) fn event(number: u64) -> EventId {
    EventId::from_bytes((u128::from(number) | 1 << 101).to_be_bytes())
}

/// Records an SOS.
pub(crate) fn press(store: &mut Store, number: u64) -> Result<(), StoreError> {
    let row = Row {
        slot: Slot::new(Lane::Sos, T(0), number),
        incident: IncidentId::from_bytes((u128::from(number) | 1 << 100).to_be_bytes()),
        event: event(number),
        kind: Kind::Sos,
        drill: false,
        attempt: 0,
        content: Content::freeze(format!("{{\"event\":{number},\"text\":\"{}\"}}", "x".repeat(600)).into_bytes()),
    };
    let mut tx = store.begin()?;
    tx.apply(T(0), &[Change::Insert(row)])?;
    tx.save(format!("state after {number}").repeat(100).as_bytes())?;
    tx.commit()
}

/// Whether an SOS stands in the outbox.
pub(crate) fn has(store: &mut Store, number: u64) -> bool {
    let tx = store.begin().unwrap();
    tx.find(&RowKey { lane: Lane::Sos, event: event(number) }).unwrap().is_some()
}

/// Takes all that can be taken from the databases that were set aside.
pub(crate) fn salvage(store: &mut Store) -> Result<(), StoreError> {
    loop {
        let mut tx = store.begin()?;
        let salvaged = tx.salvage(T(0), 4)?;
        tx.commit()?;
        if salvaged.finished {
            return Ok(());
        }
    }
}
