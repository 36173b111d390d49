//! The schema: every released one leads to the same place, and the statements use it as they are meant to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;
use siaga_engine::outbox::Lane;
use stage::{Stage, bytes, heads_of};

/// The schema of each released version as it was made, with one row in the outbox.
const RELEASED: [(i64, &str); 2] = [(1, include_str!("schemas/0001.sql")), (2, include_str!("schemas/0002.sql"))];

fn schema(conn: &Connection) -> Vec<(String, String, String)> {
    let mut statement =
        conn.prepare("SELECT type, name, ifnull(sql, '') FROM sqlite_schema ORDER BY type, name").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_database_of_every_released_schema_is_migrated_to_the_fresh_one_and_keeps_its_rows() {
    // INV-14, F4.
    let fresh = Stage::new();
    drop(fresh.open());
    for (version, text) in RELEASED {
        let old = Stage::new();
        std::fs::create_dir(old.folder()).unwrap();
        old.sqlite().execute_batch(&format!("{text} PRAGMA user_version = {version};")).unwrap();
        let (mut store, opening) = old.opening();
        assert_eq!((opening.created, opening.set_aside), (false, None));
        assert_eq!(heads_of(&mut store, Lane::Sos), [stage::event(1)], "version {version}");
        let body: Vec<u8> = old.sqlite().query_row("SELECT body FROM outbox", [], |row| row.get(0)).unwrap();
        assert_eq!(body, bytes(1), "a frozen body is sent as it is");
        let kept = store.begin().unwrap().kept_bytes().unwrap();
        assert_eq!(kept, if version < 2 { 0 } else { 7 }, "version {version}");
        assert_eq!(schema(&old.sqlite()), schema(&fresh.sqlite()), "version {version}");
    }
}

/// A database of each released schema, its version by its name, as an app left it with a full queue. Never changed.
fn databases() -> Vec<(i64, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let version = |path: &Path| path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    let mut databases: Vec<_> = paths.map(|path| (version(&path), path)).collect();
    databases.sort();
    databases
}

/// All rows of a table with these columns, in the order of the first one.
fn rows(conn: &Connection, table: &str, columns: &[String]) -> Vec<Vec<Value>> {
    let mut statement =
        conn.prepare(&format!("SELECT {} FROM {table} ORDER BY {}", columns.join(", "), columns[0])).unwrap();
    let rows = statement.query_map([], |row| (0..columns.len()).map(|index| row.get(index)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The columns that a schema gave a table; none when it has no such table.
fn columns(conn: &Connection, table: &str) -> Vec<String> {
    let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn there_is_a_database_of_every_released_schema() {
    let versions: Vec<i64> = databases().into_iter().map(|(version, _)| version).collect();
    assert_eq!(versions, RELEASED.map(|(version, _)| version));
}

#[test]
fn a_full_queue_of_every_released_schema_is_there_byte_for_byte_after_the_opening() {
    // INV-14, F4.
    let fresh = Stage::new();
    drop(fresh.open());
    for (version, path) in databases() {
        let old = Stage::new();
        fs::create_dir(old.folder()).unwrap();
        fs::copy(&path, old.file("siaga.db")).unwrap();
        let outbox_columns = columns(&old.sqlite(), "outbox");
        let outbox = |old: &Stage| rows(&old.sqlite(), "outbox", &outbox_columns);
        let before = outbox(&old);
        assert!(before.len() >= 20, "version {version}: a full queue");
        let kept_columns = columns(&old.sqlite(), "media");
        assert_eq!(kept_columns.is_empty(), version < 2);
        let kept = |old: &Stage| (version >= 2).then(|| rows(&old.sqlite(), "media", &kept_columns));
        let kept_before = kept(&old);

        let (mut store, opening) = old.opening();
        assert_eq!((opening.created, opening.set_aside), (false, None), "version {version}");
        assert!(outbox(&old) == before, "version {version}: a row is gone or changed");
        assert!(kept(&old) == kept_before, "version {version}: a note of a kept file is gone or changed");
        assert_eq!(schema(&old.sqlite()), schema(&fresh.sqlite()), "version {version}");
        store.verify().unwrap();
        let mut tx = store.begin().unwrap();
        let readable: u32 = Lane::ALL.iter().map(|lane| tx.lane_rows(*lane).unwrap()).sum();
        let parked = tx.parked(100).unwrap().heads.len();
        assert_eq!(readable as usize + parked, before.len(), "version {version}: every row can be read");
        assert_eq!(tx.kept_bytes().unwrap() > 0, version >= 2, "version {version}: every note can be read");
        assert_eq!((tx.heads().unwrap().quarantined, tx.load().unwrap().state.is_some()), (0, true));
    }
}

#[test]
fn the_last_released_schema_is_the_present_one() {
    // A change of the schema without a migration and a text of its own ends here.
    let fresh = Stage::new();
    drop(fresh.open());
    let (version, text) = RELEASED.last().unwrap();
    let released = Connection::open_in_memory().unwrap();
    released.execute_batch(text).unwrap();
    assert_eq!(schema(&released), schema(&fresh.sqlite()));
    let present: i64 = fresh.sqlite().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(present, *version);
}

#[test]
fn the_database_says_whose_it_is_and_that_it_is_in_wal_mode() {
    let fresh = Stage::new();
    drop(fresh.open());
    let ask = |pragma: &str| -> String {
        let value: rusqlite::types::Value =
            fresh.sqlite().query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap();
        format!("{value:?}")
    };
    assert_eq!(ask("application_id"), format!("Integer({})", 0x5349_4147));
    assert_eq!(ask("journal_mode"), "Text(\"wal\")");
    assert_eq!(ask("page_size"), "Integer(4096)");
    assert_eq!(ask("auto_vacuum"), "Integer(0)");
}

#[test]
fn the_outbox_has_no_index_beside_its_own_order() {
    // Every index costs a page in every commit.
    let fresh = Stage::new();
    drop(fresh.open());
    let indexes: i64 = fresh
        .sqlite()
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE tbl_name IN ('outbox', 'engine') AND type <> 'table'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(indexes, 0);
}
