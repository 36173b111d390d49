//! What was acknowledged is there after a power cut and after a kill, at whichever operation.

use rusqlite::Connection;
use siaga_sim::disk::{Lost, SimDisk};

use crate::stage::{Blow, connect, number, pragma, rows};

const ROWS: i64 = 14;

/// Opens a database and commits rows until the process dies; gives how many were acknowledged. Now and then a checkpoint.
fn commit_rows(disk: &SimDisk, settings: &[&str]) -> i64 {
    let mut acknowledged = 0;
    let _ = disk.run_as(1, || -> rusqlite::Result<()> {
        let conn = connect(disk, 1)?;
        for setting in settings {
            pragma(&conn, setting)?;
        }
        conn.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY, body BLOB)")?;
        for number in 0..ROWS {
            conn.execute("INSERT INTO rows VALUES (?1, zeroblob(3000))", [number])?;
            acknowledged += 1;
        }
        Ok(())
    });
    acknowledged
}

/// Strikes at every operation in turn; gives how often that was, and how many acknowledged rows were lost in all.
fn strike_everywhere(blow: Blow, settings: &[&str]) -> (u64, i64, Lost) {
    let (mut lost, mut fate) = (0, Lost::default());
    let mut k = 0;
    loop {
        k += 1;
        let disk = SimDisk::new();
        blow.at(&disk, 1, k);
        let acknowledged = commit_rows(&disk, settings);
        if disk.disarm(1) > 0 {
            assert_eq!(acknowledged, ROWS);
            return (k - 1, lost, fate);
        }
        assert!(disk.is_dead(1));
        let found = rows(&connect(&disk, 2).unwrap());
        let count = i64::try_from(found.len()).unwrap();
        assert_eq!(found, (0..count).collect::<Vec<_>>(), "a row in the middle is missing after operation {k}");
        assert!(count <= acknowledged + 1, "a row appeared that nobody wrote");
        lost += (acknowledged - count).max(0);
        let fired = disk.fired();
        fate.writes += fired.lost_writes;
        fate.torn += fired.torn_writes;
        fate.names += fired.lost_names;
        fate.sizes += fired.lost_sizes;
    }
}

const WAL_FULL: [&str; 3] = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 5"];

#[test]
fn with_wal_and_full_no_power_cut_takes_an_acknowledged_row() {
    // INV-1.
    let (operations, lost, fate) = strike_everywhere(Blow::PowerCut, &WAL_FULL);
    assert!(operations > 200, "{operations}");
    assert_eq!(lost, 0);
    assert!(fate.writes > 50 && fate.torn > 20 && fate.names > 20 && fate.sizes > 20, "{fate:?}");
}

#[test]
fn with_wal_and_full_no_kill_takes_an_acknowledged_row() {
    // INV-13.
    let (operations, lost, _) = strike_everywhere(Blow::Kill, &WAL_FULL);
    assert!(operations > 200, "{operations}");
    assert_eq!(lost, 0);
}

#[test]
fn with_wal_and_normal_power_cuts_take_rows_and_kills_do_not_or_the_disk_shows_nothing() {
    let normal = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 5"];
    let (_, lost, _) = strike_everywhere(Blow::PowerCut, &normal);
    assert!(lost > 10, "{lost}");
    assert_eq!(strike_everywhere(Blow::Kill, &normal).1, 0);
}

#[test]
fn with_a_rollback_journal_a_commit_stands_when_the_folder_is_synced_after_its_removal_and_only_then() {
    // SQLite syncs the folder after removing the journal only at EXTRA: at FULL the journal may come back and undo it.
    let extra = ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = EXTRA"];
    assert_eq!(strike_everywhere(Blow::PowerCut, &extra).1, 0);
    let full = ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"];
    assert!(strike_everywhere(Blow::PowerCut, &full).1 > 0);
    assert_eq!(strike_everywhere(Blow::Kill, &full).1, 0);
}

#[test]
fn a_commit_of_one_row_into_a_log_that_has_its_size_costs_one_sync() {
    let disk = SimDisk::new();
    let (conn, before, after) = disk.run_as(1, || {
        let conn: Connection = connect(&disk, 1).unwrap();
        for setting in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
            pragma(&conn, setting).unwrap();
        }
        conn.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY)").unwrap();
        let before = disk.counts(1);
        conn.execute("INSERT INTO rows VALUES (1)", []).unwrap();
        (conn, before, disk.counts(1))
    });
    assert_eq!(after.syncs - before.syncs, 1);
    assert_eq!(after.log_bytes - before.log_bytes, 4096 + 24);
    assert_eq!(after.database_bytes, before.database_bytes);
    assert!(!disk.unsynced(&format!("{}-wal", crate::stage::DATABASE)));
    assert_eq!(number(&conn, "SELECT count(*) FROM rows").unwrap(), 1);
}
