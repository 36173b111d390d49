//! The store on a disk that is full, or whose syncs fail, at the worst moment.
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

use siaga_sim::disk::SimDisk;
use siaga_store::{Reason, Store, StoreError, StoreOptions};
use stage::{has, open, press, salvage};

const LOG: &str = "/phone/siaga/siaga.db-wal";

#[test]
fn on_a_full_disk_a_damaged_database_is_set_aside_with_the_reserves_room_and_an_sos_is_recorded() {
    // F63, INV-2, INV-9.
    let disk = SimDisk::new();
    let options = StoreOptions { disk: disk.of_process(1), ..StoreOptions::new(disk.folder(), "boot-1") };
    let open = || disk.run_as(1, || Store::open(&options)).unwrap();
    let (mut store, _) = open();
    press(&mut store, 1).unwrap();
    store.close().unwrap();
    // What is in the log hides the page.
    disk.put(LOG, Vec::new());
    let whole = disk.read(disk.database()).unwrap();
    assert!(disk.overwrite_page(disk.database(), 1, &mut fastrand::Rng::with_seed(1)));
    disk.set_full(true);
    assert!(disk.is_full());

    let (mut store, opening) = open();
    assert!(opening.created && opening.set_aside.is_some_and(|found| found.reason == Reason::NotADatabase));
    assert!(!disk.names("/phone/siaga").contains(&"reserve".to_owned()), "its room was needed");
    disk.run_as(1, || press(&mut store, 2)).unwrap();
    assert!(disk.fired().full > 0);
    store.close().unwrap();

    disk.heal();
    // Page 1 holds the schema: with it the rows can be read again.
    disk.put("/phone/siaga/set-aside/1/siaga.db", whole);
    let (mut store, _) = open();
    disk.run_as(1, || salvage(&mut store)).unwrap();
    assert!(disk.run_as(1, || has(&mut store, 1) && has(&mut store, 2)));
}

#[test]
fn a_commit_whose_sync_failed_in_a_dead_process_takes_no_later_one_with_it_in_a_power_cut() {
    // INV-1: its bytes can be read from the log, and no later sync of the log writes them.
    for seed in 0..60 {
        let disk = SimDisk::new();
        let mut store = open(&disk, 1).unwrap();
        press(&mut store, 1).unwrap();
        if seed % 2 == 0 {
            // The mark of a clean close says nothing about a commit after it.
            disk.run_as(1, || store.close()).unwrap();
            store = open(&disk, 1).unwrap();
        }
        disk.fail_syncs(1);
        assert!(matches!(disk.run_as(1, || press(&mut store, 2)), Err(StoreError::Io { .. })));
        assert_eq!(disk.fired().failed_syncs, 1);
        disk.kill(1);
        drop(store);
        let mut store = open(&disk, 2).unwrap();
        for number in 3..6 {
            disk.run_as(2, || press(&mut store, number)).unwrap();
        }
        let lost = disk.power_cut(&mut fastrand::Rng::with_seed(seed));
        drop(store);
        let mut store = open(&disk, 3).unwrap();
        disk.run_as(3, || {
            for number in [1, 3, 4, 5] {
                assert!(has(&mut store, number), "{number} is lost with dice {seed}: {lost:?}");
            }
            store.verify().unwrap();
        });
    }
}

#[test]
fn a_clean_close_after_failed_syncs_promises_no_more_than_is_on_the_disk() {
    // INV-1: the mark of a close spares the next opening the copy of the log. The note of a clean close is a commit as well; when
    // its sync fails it can be read, and a process that opens and closes without a commit has not mended the log.
    for (seed, failing) in (0..40).map(|number| (number, number % 5)) {
        let disk = SimDisk::new();
        let mut store = open(&disk, 1).unwrap();
        (0..10).for_each(|number| disk.run_as(1, || press(&mut store, number)).unwrap());
        disk.fail_syncs(failing);
        disk.run_as(1, || store.close()).unwrap();
        for process in [2, 3] {
            if let Ok(store) = open(&disk, process) {
                disk.run_as(process, || store.close()).unwrap();
            }
        }
        let mut store = open(&disk, 4).unwrap();
        disk.run_as(4, || press(&mut store, 30)).unwrap();
        let lost = disk.power_cut(&mut fastrand::Rng::with_seed(seed));
        drop(store);
        let mut store = open(&disk, 5).unwrap();
        for number in [0, 9, 30] {
            assert!(disk.run_as(5, || has(&mut store, number)), "{number} is lost, {failing} syncs failed: {lost:?}");
        }
    }
}

#[test]
fn a_log_in_doubt_on_a_full_disk_is_written_again_in_its_own_place() {
    // INV-1: the database would have to grow by more than the reserve gives back, so the log cannot be copied into it.
    for seed in 0..20 {
        let disk = SimDisk::new();
        let mut store = open(&disk, 1).unwrap();
        // The room in the database is used up, and the log holds what it has to grow for.
        for number in 0..530 {
            if number == 500 {
                disk.run_as(1, || store.close()).unwrap();
                store = open(&disk, 1).unwrap();
            }
            disk.run_as(1, || {
                press(&mut store, number).unwrap();
                if number < 500 {
                    let _ = store.checkpoint().unwrap();
                }
            });
        }
        disk.fail_syncs(1);
        assert!(disk.run_as(1, || press(&mut store, 1_000)).is_err());
        disk.kill(1);
        drop(store);
        assert!(disk.run_as(9, || disk.files(9).remove_file(Path::new("/phone/siaga/reserve"))).is_ok());
        disk.set_room(Some(0));
        let mut store = open(&disk, 2).unwrap();
        assert!(disk.fired().full > 0, "the copy was refused");
        disk.run_as(2, || press(&mut store, 1_001)).unwrap();
        let lost = disk.power_cut(&mut fastrand::Rng::with_seed(seed));
        drop(store);
        disk.heal();
        let mut store = open(&disk, 3).unwrap();
        for number in [0, 529, 1_001] {
            assert!(disk.run_as(3, || has(&mut store, number)), "{number} is lost with dice {seed}: {lost:?}");
        }
    }
}
