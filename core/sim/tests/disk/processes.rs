//! Two processes on one database: they exclude each other, at whichever operation the second one acts, and a dead one is gone.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, ErrorCode};
use siaga_sim::disk::{Action, SimDisk};
use siaga_store::{Reason, StoreError};

use crate::stage::{DATABASE, connect, has, number, open, pragma, press};

/// A disk with a counter at 0, in WAL mode, and two processes that have it open.
fn two() -> (SimDisk, Connection, Connection) {
    let disk = SimDisk::new();
    let first = connect(&disk, 1).unwrap();
    disk.run_as(1, || {
        pragma(&first, "PRAGMA journal_mode = WAL").unwrap();
        first.execute_batch("CREATE TABLE counter (value INTEGER); INSERT INTO counter VALUES (0)").unwrap();
    });
    let second = connect(&disk, 2).unwrap();
    disk.run_as(2, || assert_eq!(number(&second, "SELECT value FROM counter").unwrap(), 0));
    (disk, first, second)
}

/// One more, in a transaction that begins by taking the write lock.
fn count(conn: &Connection) -> rusqlite::Result<()> {
    let counted = conn.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
        let value = number(conn, "SELECT value FROM counter")?;
        conn.execute("UPDATE counter SET value = ?1", [value + 1])?;
        conn.execute_batch("COMMIT")
    });
    if counted.is_err() && !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
    counted
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

#[test]
fn one_of_two_processes_writes_and_the_death_of_one_frees_its_lock() {
    let (disk, first, second) = two();
    disk.run_as(1, || first.execute_batch("BEGIN IMMEDIATE; UPDATE counter SET value = 7").unwrap());
    let refused = disk.run_as(2, || second.execute_batch("BEGIN IMMEDIATE")).unwrap_err();
    assert!(is_busy(&refused), "{refused}");
    disk.kill(1);
    disk.run_as(2, || count(&second)).unwrap();
    assert_eq!(disk.run_as(2, || number(&second, "SELECT value FROM counter")).unwrap(), 1);
    disk.run_as(1, || {
        assert!(first.execute_batch("COMMIT").is_err(), "a dead process commits");
        drop(first);
    });
    disk.run_as(2, || count(&second)).unwrap();
}

#[test]
fn without_a_log_the_same_holds_and_what_the_dead_one_wrote_is_rolled_back() {
    let disk = SimDisk::new();
    let (first, second) = (connect(&disk, 1).unwrap(), connect(&disk, 2).unwrap());
    disk.run_as(1, || {
        first.execute_batch("CREATE TABLE counter (value INTEGER); INSERT INTO counter VALUES (0)").unwrap();
        pragma(&first, "PRAGMA cache_size = 1").unwrap();
        // Larger than the cache, so that the database itself is written before the commit.
        let bulk = "BEGIN IMMEDIATE; UPDATE counter SET value = 100; CREATE TABLE bulk (body BLOB);
                    INSERT INTO bulk VALUES (zeroblob(100000))";
        first.execute_batch(bulk).unwrap();
    });
    assert!(is_busy(&disk.run_as(2, || count(&second)).unwrap_err()));
    disk.kill(1);
    disk.run_as(2, || {
        count(&second).unwrap();
        assert_eq!(number(&second, "SELECT value FROM counter").unwrap(), 1);
        assert_eq!(number(&second, "SELECT count(*) FROM sqlite_schema").unwrap(), 1);
    });
}

#[test]
fn a_dead_connection_may_be_dropped_in_the_middle_of_a_living_ones_step() {
    // SQLite rolls the dead one's step back, and that clears the index behind the last commit. INV-13.
    let bulk = "BEGIN IMMEDIATE; UPDATE counter SET value = value + 1; CREATE TABLE bulk (number INTEGER, body BLOB);
                INSERT INTO bulk SELECT value, zeroblob(3000) FROM generate; SELECT count(*) FROM bulk; COMMIT";
    for k in 1.. {
        let (disk, first, second) = two();
        disk.run_as(1, || {
            let numbers =
                "CREATE TABLE generate (value INTEGER); INSERT INTO generate WITH RECURSIVE numbers (value) AS
                           (SELECT 1 UNION ALL SELECT value + 1 FROM numbers LIMIT 40) SELECT value FROM numbers";
            first.execute_batch(numbers).unwrap();
            pragma(&first, "PRAGMA cache_size = 1").unwrap();
            first.execute_batch(bulk.trim_end_matches("COMMIT")).unwrap();
        });
        disk.kill(1);
        let on = disk.clone();
        disk.at_operation(2, k, Action::Run(Box::new(move || on.run_as(1, || drop(first)))));
        disk.run_as(2, || {
            pragma(&second, "PRAGMA cache_size = 1").unwrap();
            second.execute_batch(bulk).unwrap();
        });
        if disk.disarm(2) > 0 {
            return;
        }
        disk.run_as(2, || {
            assert_eq!(number(&second, "SELECT count(*) FROM bulk WHERE length(body) = 3000").unwrap(), 40, "{k}");
            let sound: String = second.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok", "operation {k}");
        });
    }
}

#[test]
fn waiting_for_a_lock_tells_how_long_and_does_not_sleep() {
    let (disk, first, second) = two();
    let waited_us = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&waited_us);
    disk.on_sleep(move |wait_us| {
        told.fetch_add(wait_us, Ordering::Relaxed);
    });
    disk.run_as(1, || first.execute_batch("BEGIN IMMEDIATE").unwrap());
    second.busy_timeout(std::time::Duration::from_millis(250)).unwrap();
    assert!(is_busy(&disk.run_as(2, || count(&second)).unwrap_err()));
    assert_eq!(waited_us.load(Ordering::Relaxed), 250_000);
}

#[test]
fn at_whichever_operation_the_second_process_counts_no_count_is_lost() {
    // INV-13.
    let (mut by_both, mut by_one) = (0, 0);
    for k in 1.. {
        let (disk, first, second) = two();
        let counted = Arc::new(AtomicI64::new(0));
        let (theirs, on, second) = (Arc::clone(&counted), disk.clone(), Arc::new(Mutex::new(second)));
        let act = Arc::clone(&second);
        disk.at_operation(
            1,
            k,
            Action::Run(Box::new(move || match on.run_as(2, || count(&act.lock().unwrap())) {
                Ok(()) => {
                    theirs.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => assert!(is_busy(&error), "{error}"),
            })),
        );
        match disk.run_as(1, || count(&first)) {
            Ok(()) => {
                counted.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => assert!(is_busy(&error), "{error}"),
        }
        let ended = disk.disarm(1) > 0;
        let expected = counted.load(Ordering::Relaxed);
        for (process, conn) in [(1, &first), (2, &*second.lock().unwrap())] {
            assert_eq!(disk.run_as(process, || number(conn, "SELECT value FROM counter")).unwrap(), expected, "{k}");
        }
        if ended {
            break;
        }
        by_both += i32::from(expected == 2);
        by_one += i32::from(expected == 1);
    }
    assert!(by_both >= 2 && by_one >= 4, "{by_both} {by_one}");
}

#[test]
fn a_process_that_dies_in_the_middle_of_its_step_disturbs_nobody_who_lives() {
    // Its connection is dropped later, and what SQLite does to the shared memory then must not be seen. INV-13.
    for k in 1.. {
        let (disk, first, second) = two();
        disk.run_as(1, || {
            // Larger than one page, so that it is in the log before the commit.
            pragma(&first, "PRAGMA cache_size = 1").unwrap();
            first.execute_batch("CREATE TABLE bulk (body BLOB)").unwrap();
        });
        let (on, second) = (disk.clone(), Arc::new(Mutex::new(second)));
        let act = Arc::clone(&second);
        disk.at_operation(
            1,
            k,
            Action::Run(Box::new(move || {
                on.kill(1);
                on.run_as(2, || {
                    for _ in 0..5 {
                        count(&act.lock().unwrap()).unwrap();
                    }
                });
            })),
        );
        let died = disk.run_as(1, || {
            let bulk = "BEGIN IMMEDIATE; UPDATE counter SET value = value + 100;
                        INSERT INTO bulk VALUES (zeroblob(40000)), (zeroblob(40000)); COMMIT";
            first.execute_batch(bulk).is_err()
        });
        if disk.disarm(1) > 0 {
            assert!(!died);
            return;
        }
        disk.run_as(1, || {
            let _ = first.execute_batch("ROLLBACK");
            drop(first);
        });
        let second = second.lock().unwrap();
        disk.run_as(2, || {
            count(&second).unwrap();
            let value = number(&second, "SELECT value FROM counter").unwrap();
            assert!(value == 106 || (value == 6 && died), "{value} after operation {k}");
            let sound: String = second.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok");
        });
    }
}

#[test]
fn a_database_that_was_renamed_has_moved_for_who_has_it_open() {
    let (disk, first, _second) = two();
    let has_moved = |conn: &Connection| {
        let mut moved = 0;
        conn.file_control(None::<&str>, rusqlite::FileControl::HasMoved(&mut moved)).unwrap();
        moved != 0
    };
    assert!(!has_moved(&first));
    disk.files(1).rename(DATABASE.as_ref(), "/other.db".as_ref()).unwrap();
    assert!(has_moved(&first));
    drop(connect(&disk, 3).unwrap());
    assert!(has_moved(&first), "another database in its place is not it");
}

#[test]
fn a_store_whose_database_another_process_set_aside_is_told() {
    // INV-13.
    let disk = SimDisk::new();
    let (mut mine, theirs) = (open(&disk, 1).unwrap(), open(&disk, 2).unwrap());
    disk.run_as(1, || press(&mut mine, 1)).unwrap();
    let (mut theirs, _) = disk.run_as(2, || theirs.set_aside_and_reopen(Reason::Corrupt)).unwrap();
    assert_eq!(disk.run_as(1, || press(&mut mine, 2)), Err(StoreError::Moved));
    let (mut mine, opening) = disk.run_as(1, || mine.set_aside_and_reopen(Reason::Corrupt)).unwrap();
    assert_eq!(opening.set_aside, None);
    disk.run_as(1, || press(&mut mine, 2)).unwrap();
    assert!(disk.run_as(2, || has(&mut theirs, 2)));
}
