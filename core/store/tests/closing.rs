//! The end of a run: a clean close, a killed process, a phone that went down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use siaga_engine::outbox::Lane;
use siaga_store::{Store, StoreOptions};
use stage::{Stage, heads_of, insert, row};

fn verify_due(stage: &Stage, boot: &str) -> bool {
    let options = StoreOptions { boot: boot.into(), ..stage.options() };
    Store::open(&options).unwrap().1.verify_due
}

fn write_in(stage: &Stage, boot: &str) -> Store {
    let options = StoreOptions { boot: boot.into(), ..stage.options() };
    let mut store = Store::open(&options).unwrap().0;
    insert(&mut store, &[row(Lane::Report, 0, 1)]);
    store
}

#[test]
fn only_a_phone_that_went_down_during_use_makes_the_database_be_checked() {
    let stage = Stage::new();
    drop(write_in(&stage, "boot-1"));
    assert!(!verify_due(&stage, "boot-1"), "a killed process is normal");
    write_in(&stage, "boot-1").close().unwrap();
    assert!(!verify_due(&stage, "boot-2"), "a clean close before the reboot");
    drop(write_in(&stage, "boot-2"));
    assert!(verify_due(&stage, "boot-3"));
}

#[test]
fn a_check_that_is_owed_stays_owed_until_it_was_made() {
    let stage = Stage::new();
    drop(write_in(&stage, "boot-1"));
    write_in(&stage, "boot-2").close().unwrap();
    assert!(verify_due(&stage, "boot-2"), "neither a step nor a clean close is a check");
    let mut store = stage.open();
    store.verify().unwrap();
    insert(&mut store, &[row(Lane::Report, 0, 2)]);
    store.close().unwrap();
    assert!(!verify_due(&stage, "boot-2"));
}

#[test]
fn a_process_that_goes_on_after_another_closed_cleanly_is_still_noted_as_using_the_database() {
    // INV-13.
    let stage = Stage::new();
    let mut stays = write_in(&stage, "boot-1");
    write_in(&stage, "boot-1").close().unwrap();
    insert(&mut stays, &[row(Lane::Sos, 0, 2)]);
    drop(stays);
    assert!(verify_due(&stage, "boot-2"));
}

#[test]
fn a_closed_store_holds_no_file_and_no_lock() {
    // F58: a lock that is held while the process is suspended gets it killed.
    let stage = Stage::new();
    let mut store = stage.open();
    insert(&mut store, &[row(Lane::Sos, 0, 1)]);
    heads_of(&mut store, Lane::Sos);
    #[cfg(target_os = "linux")]
    assert!(!open_files_in(&stage).is_empty(), "the test can see open files");
    store.close().unwrap();
    #[cfg(target_os = "linux")]
    assert_eq!(open_files_in(&stage), Vec::<std::path::PathBuf>::new());
    let mut next = stage.open();
    assert_eq!(heads_of(&mut next, Lane::Sos), [stage::event(1)]);
}

/// The files of the store's folder that this process has open.
#[cfg(target_os = "linux")]
fn open_files_in(stage: &Stage) -> Vec<std::path::PathBuf> {
    let folder = stage.folder();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|fd| std::fs::read_link(fd.unwrap().path()).ok()).filter(|file| file.starts_with(&folder)).collect()
}
