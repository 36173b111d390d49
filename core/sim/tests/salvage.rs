//! Salvage from a disk that fails: tried again, and not for ever.
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

use siaga_sim::disk::{Action, Image, SimDisk};
use siaga_store::{Reason, Salvaged, Store, StoreError};
use stage::{has, open, press};

/// Rows of some 630 bytes: their leaves are read one by one, in several batches.
const ROWS: std::ops::Range<u64> = 1..40;
const BATCH: u32 = 16;
/// So many failures of one process are a disk that fails for a moment.
const PATIENCE: u32 = 12;

/// A disk on which a database with rows was set aside, and a fresh one made.
fn set_aside() -> Image {
    let disk = SimDisk::new();
    disk.run_as(1, || {
        let mut store = open(&disk, 1).unwrap();
        for number in ROWS {
            press(&mut store, number).unwrap();
        }
        let (store, opening) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
        assert_eq!(opening.unsalvaged, 1);
        store.close().unwrap();
    });
    disk.image()
}

/// One batch, committed; one that fails leaves nothing behind.
fn batch(store: &mut Store) -> Result<Salvaged, StoreError> {
    let mut tx = store.begin()?;
    let salvaged = tx.salvage(siaga_engine::clock::T(5), BATCH)?;
    tx.commit()?;
    Ok(salvaged)
}

fn rows_of(store: &mut Store) -> usize {
    ROWS.filter(|number| has(store, *number)).count()
}

/// From the `k`-th operation on, one read fails.
fn fail_one_read(disk: &SimDisk, k: u64) {
    let on = disk.clone();
    disk.at_operation(2, k, Action::Run(Box::new(move || on.fail_reads(1))));
}

#[test]
fn a_read_that_fails_during_a_salvage_is_tried_again_and_costs_no_row() {
    // INV-9: a disk that fails for a moment is no damage.
    let image = set_aside();
    let mut failed = 0;
    for k in 1.. {
        let disk = SimDisk::from_image(&image);
        let mut store = open(&disk, 2).unwrap();
        fail_one_read(&disk, k);
        let damaged = disk.run_as(2, || {
            let mut damaged = false;
            for _ in 0..20 {
                match batch(&mut store) {
                    Ok(salvaged) => {
                        damaged |= salvaged.damaged;
                        if salvaged.finished {
                            return damaged;
                        }
                    }
                    Err(StoreError::Io { .. }) => failed += 1,
                    Err(error) => panic!("operation {k}: {error}"),
                }
            }
            panic!("operation {k}: the salvage has no end");
        });
        let ended = disk.disarm(2) > 0;
        disk.heal();
        assert!(!damaged, "operation {k}");
        assert_eq!(disk.run_as(2, || rows_of(&mut store)), ROWS.count(), "operation {k}");
        if ended {
            break;
        }
    }
    assert!(failed >= 10, "only {failed} reads failed");
}

/// A store whose salvage has failed as often as is worth another try.
fn out_of_patience(disk: &SimDisk) -> Store {
    let mut store = open(disk, 2).unwrap();
    disk.run_as(2, || {
        for attempt in 0..PATIENCE {
            let mut tx = store.begin().unwrap();
            disk.fail_reads(u64::MAX);
            let salvaged = tx.salvage(siaga_engine::clock::T(5), BATCH);
            assert!(matches!(salvaged, Err(StoreError::Io { .. })), "attempt {attempt}: {salvaged:?}");
            drop(tx);
            disk.fail_reads(0);
        }
    });
    store
}

#[test]
fn after_twelve_failures_a_salvage_goes_on_from_the_back_with_what_can_be_read() {
    let image = set_aside();
    let mut around_the_damage = 0;
    for k in 1.. {
        let disk = SimDisk::from_image(&image);
        let mut store = out_of_patience(&disk);
        fail_one_read(&disk, k);
        let mut damaged = false;
        disk.run_as(2, || {
            loop {
                match batch(&mut store) {
                    Ok(salvaged) => {
                        damaged |= salvaged.damaged;
                        if salvaged.finished {
                            break;
                        }
                    }
                    // The one read that failed was of the new database.
                    Err(error) => assert!(matches!(error, StoreError::Io { .. }), "operation {k}: {error}"),
                }
            }
        });
        let ended = disk.disarm(2) > 0;
        disk.heal();
        let rows = disk.run_as(2, || rows_of(&mut store));
        assert!(damaged || rows == ROWS.count(), "operation {k}: {rows} rows");
        around_the_damage += u32::from(damaged && rows == ROWS.count());
        if ended {
            break;
        }
    }
    assert!(around_the_damage >= 3, "{around_the_damage}");
}

#[test]
fn after_twelve_failures_a_database_that_cannot_be_read_holds_nothing_up_any_more() {
    let disk = SimDisk::from_image(&set_aside());
    let mut store = out_of_patience(&disk);
    disk.run_as(2, || {
        let mut tx = store.begin().unwrap();
        // The first read is the old database's header.
        disk.fail_reads(1);
        let salvaged = tx.salvage(siaga_engine::clock::T(5), BATCH).unwrap();
        tx.commit().unwrap();
        assert!(salvaged.damaged && salvaged.finished, "{salvaged:?}");
        press(&mut store, 77).unwrap();
    });
    assert!(disk.size("/phone/siaga/set-aside/1/siaga.db").is_some(), "it is kept");
}
