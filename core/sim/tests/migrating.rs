//! Migrating, and making a database, while the process dies or the power goes at every operation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "disk/stage.rs"]
#[allow(dead_code, reason = "the other tests' stage")]
mod stage;

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use siaga_sim::disk::SimDisk;
use siaga_store::Store;
use stage::{Blow, has, options, press};

/// A database of each released schema with a full queue, kept for ever.
fn released() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/databases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let files: Vec<_> = files.iter().map(|path| (named(path), std::fs::read(path).unwrap())).collect();
    assert!(!files.is_empty());
    files
}

/// A look at a copy of the database, so that nothing is disturbed.
fn look<V>(disk: &SimDisk, at: impl FnOnce(&Connection) -> V) -> V {
    let copy = SimDisk::from_image(&disk.image());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    at(&Connection::open_with_flags_and_vfs(copy.database(), flags, copy.vfs_name()).unwrap())
}

/// The columns that a schema gave the outbox.
fn columns(disk: &SimDisk) -> Vec<String> {
    look(disk, |conn| {
        let mut statement = conn.prepare("SELECT name FROM pragma_table_info('outbox')").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    })
}

/// The outbox, as far as these columns go.
fn outbox(disk: &SimDisk, columns: &[String]) -> Vec<Vec<Value>> {
    look(disk, |conn| {
        let mut statement = conn.prepare(&format!("SELECT {} FROM outbox ORDER BY event", columns.join(", "))).unwrap();
        let rows = statement.query_map([], |row| (0..columns.len()).map(|index| row.get(index)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    })
}

/// Opens what is left: nothing was set aside, and the schema is the newest.
fn reopen(disk: &SimDisk, what: &str) -> Store {
    let options = options(disk, 2);
    disk.run_as(2, || {
        let (mut store, opening) = Store::open(&options).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(opening.set_aside, None, "{what}");
        store.verify().unwrap();
        store
    })
}

#[test]
fn every_row_of_every_released_schema_is_there_at_whichever_operation_its_opening_ends() {
    // INV-13, INV-14, F4.
    for (name, bytes) in released() {
        for blow in Blow::BOTH {
            for k in 1.. {
                let disk = SimDisk::new();
                disk.put(disk.database(), bytes.clone());
                let columns = columns(&disk);
                let before = outbox(&disk, &columns);
                assert!(before.len() >= 20, "{name}: a full queue");
                blow.at(&disk, 1, k);
                let options = options(&disk, 1);
                let opened = disk.run_as(1, || Store::open(&options).map(|(mut store, _)| press(&mut store, 77)));
                let ended = disk.disarm(1) > 0;
                let what = format!("{name}, {blow:?} at {k}");
                let mut store = reopen(&disk, &what);
                let after = outbox(&disk, &columns);
                assert!(before.iter().all(|row| after.contains(row)), "{what}: a row is gone or changed");
                let pressed = matches!(opened, Ok(Ok(())));
                assert!(!pressed || disk.run_as(2, || has(&mut store, 77)), "{what}: the press is lost");
                if ended {
                    assert!(pressed && k > 30, "{k}");
                    break;
                }
            }
        }
    }
}

#[test]
fn a_new_database_can_be_opened_at_whichever_operation_its_making_ended() {
    // INV-2, INV-13.
    let newest = {
        let disk = SimDisk::new();
        drop(reopen(&disk, "a new one"));
        disk.look("PRAGMA user_version")
    };
    for blow in Blow::BOTH {
        for k in 1.. {
            let disk = SimDisk::new();
            blow.at(&disk, 1, k);
            let options = options(&disk, 1);
            let opened = disk.run_as(1, || Store::open(&options).map(|(mut store, _)| press(&mut store, 1)));
            let ended = disk.disarm(1) > 0;
            let what = format!("{blow:?} at {k}");
            let mut store = reopen(&disk, &what);
            assert_eq!(disk.look("PRAGMA user_version"), newest, "{what}");
            let pressed = matches!(opened, Ok(Ok(())));
            disk.run_as(2, || {
                assert!(!pressed || has(&mut store, 1), "{what}: the press is lost");
                press(&mut store, 2).unwrap();
                assert!(has(&mut store, 2), "{what}");
            });
            if ended {
                assert!(pressed && k > 60, "{k}");
                break;
            }
        }
    }
}
