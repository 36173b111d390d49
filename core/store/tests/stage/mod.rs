//! What the tests of the store play with: a folder, rows, and a look at the database past the store.
#![allow(dead_code, reason = "each test binary uses its own part of the stage")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use siaga_engine::clock::T;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Kind, Lane, Row, Slot};
use siaga_store::{Opening, Store, StoreOptions};
use tempfile::TempDir;

/// A folder of its own for one test.
pub(crate) struct Stage {
    dir: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions::new(self.folder(), "boot-1")
    }

    pub(crate) fn open(&self) -> Store {
        self.opening().0
    }

    pub(crate) fn opening(&self) -> (Store, Opening) {
        Store::open(&self.options()).unwrap()
    }

    /// The database past the store. Closing it leaves the log as it is.
    pub(crate) fn sqlite(&self) -> Connection {
        let conn = Connection::open(self.file("siaga.db")).unwrap();
        let option = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        conn.set_db_config(option, true).unwrap();
        conn
    }

    /// A store with these rows in it, closed cleanly.
    pub(crate) fn closed_with(&self, rows: &[Row]) {
        let mut store = self.open();
        insert(&mut store, rows);
        store.close().unwrap();
    }
}

pub(crate) fn incident(number: u64) -> IncidentId {
    IncidentId::from_bytes((u128::from(number) | 1 << 100).to_be_bytes())
}

pub(crate) fn event(number: u64) -> EventId {
    EventId::from_bytes((u128::from(number) | 1 << 101).to_be_bytes())
}

/// A frozen row whose event, bytes and incident are told by its number.
pub(crate) fn row(lane: Lane, due_ms: u64, number: u64) -> Row {
    Row {
        slot: Slot::new(lane, T(due_ms), number),
        incident: incident(number),
        event: event(number),
        kind: Kind::Sos,
        drill: false,
        attempt: 0,
        content: Content::freeze(bytes(number)),
    }
}

pub(crate) fn draft(lane: Lane, due_ms: u64, number: u64) -> Row {
    Row { content: Content::Draft(bytes(number)), kind: Kind::Fix, ..row(lane, due_ms, number) }
}

pub(crate) fn bytes(number: u64) -> Vec<u8> {
    format!("{{\"event\":{number},\"text\":\"{}\"}}", "x".repeat(600)).into_bytes()
}

pub(crate) fn insert(store: &mut Store, rows: &[Row]) {
    let changes: Vec<Change> = rows.iter().cloned().map(Change::Insert).collect();
    step(store, &changes);
}

/// One step of the engine: changes and the state, committed.
pub(crate) fn step(store: &mut Store, changes: &[Change]) {
    let mut tx = store.begin().unwrap();
    tx.apply(T(0), changes).unwrap();
    tx.save(&state()).unwrap();
    tx.commit().unwrap();
}

/// As large as an engine's state with two open incidents, and another one at every call: SQLite writes no page for a row
/// that stays as it is.
pub(crate) fn state() -> Vec<u8> {
    static STEPS: AtomicU64 = AtomicU64::new(1);
    let mut state = vec![7; 1_492];
    state.extend(STEPS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    state
}

/// The events at the heads of one lane.
pub(crate) fn heads_of(store: &mut Store, lane: Lane) -> Vec<EventId> {
    let mut tx = store.begin().unwrap();
    let heads = tx.heads().unwrap();
    heads.heads.iter().filter(|head| head.slot.lane() == Some(lane)).map(|head| head.event).collect()
}

/// How many rows stand in a lane.
pub(crate) fn lane_rows(store: &mut Store, lane: Lane) -> u32 {
    store.begin().unwrap().lane_rows(lane).unwrap()
}

/// The page on which a table begins, numbered from 1. The log is emptied first, so that the file is all there is.
pub(crate) fn root_of(stage: &Stage, table: &str) -> usize {
    let conn = stage.sqlite();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    usize::try_from(conn.query_row(sql, [table], |row| row.get::<_, u32>(0)).unwrap()).unwrap()
}

/// The leaves of the outbox in their order.
pub(crate) fn leaves_of_outbox(stage: &Stage) -> Vec<usize> {
    leaves_of(stage, "outbox", 5)
}

/// The leaves of a table in their order, read from the file: a root of this type whose children are leaves. 5 for a table with
/// row numbers, 2 for one without.
pub(crate) fn leaves_of(stage: &Stage, table: &str, kind: u8) -> Vec<usize> {
    let root = root_of(stage, table);
    let bytes = std::fs::read(stage.file("siaga.db")).unwrap();
    let page = &bytes[(root - 1) * 4096..root * 4096];
    assert_eq!(page[0], kind, "an interior page of a table");
    let two = |at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    let child = |at: usize| u32::from_be_bytes(page[at..at + 4].try_into().unwrap()) as usize;
    (0..two(3)).map(|cell| child(two(12 + 2 * cell))).chain([child(8)]).collect()
}

/// Fills one page of the closed database with noise, past the store.
pub(crate) fn overwrite_page(stage: &Stage, page: usize) {
    let mut bytes = std::fs::read(stage.file("siaga.db")).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xEE);
    std::fs::write(stage.file("siaga.db"), bytes).unwrap();
}
