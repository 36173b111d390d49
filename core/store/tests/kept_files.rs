//! The rows that say for which attachments a copy is kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::collections::BTreeSet;
use std::fs;

use siaga_engine::clock::T;
use siaga_store::{Reason, SALVAGED_KEEP_MS, Store};
use siaga_vault::Digest;
use stage::{Stage, event};

fn hash(number: u64) -> Digest {
    Digest::of(&number.to_be_bytes())
}

/// One step.
fn step<V>(store: &mut Store, act: impl FnOnce(&mut siaga_store::Tx<'_>) -> V) -> V {
    let mut tx = store.begin().unwrap();
    let value = act(&mut tx);
    tx.commit().unwrap();
    value
}

fn kept(store: &mut Store) -> BTreeSet<Digest> {
    store.begin().unwrap().kept_files().unwrap()
}

#[test]
fn a_kept_file_stays_until_it_is_released_and_its_time_has_come() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| {
        for number in 1..=3 {
            tx.keep_file(event(number), hash(number), 10).unwrap();
        }
        tx.release_file(event(3), T(500)).unwrap();
        tx.release_file(event(2), T(700)).unwrap();
        tx.release_file(event(9), T(1)).unwrap();
    });
    drop(store);
    let mut store = stage.open();
    let tx = store.begin().unwrap();
    assert_eq!(tx.kept_files().unwrap(), BTreeSet::from([hash(1), hash(2), hash(3)]));
    assert_eq!(tx.kept_bytes().unwrap(), 30);
    assert_eq!(tx.expired_files(T(499), 9).unwrap(), []);
    assert_eq!(tx.expired_files(T(500), 9).unwrap(), [event(3)]);
    assert_eq!(tx.expired_files(T(u64::MAX), 9).unwrap(), [event(3), event(2)]);
    assert_eq!(tx.expired_files(T(u64::MAX), 1).unwrap(), [event(3)]);
}

#[test]
fn a_file_that_is_noted_again_is_kept_again() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| {
        tx.keep_file(event(1), hash(1), 10).unwrap();
        tx.release_file(event(1), T(5)).unwrap();
        tx.keep_file(event(1), hash(2), 20).unwrap();
    });
    let tx = store.begin().unwrap();
    assert_eq!((tx.kept_bytes().unwrap(), tx.expired_files(T(9), 9).unwrap()), (20, Vec::new()));
}

#[test]
fn a_hash_is_given_back_with_the_last_attachment_that_has_it() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| {
        tx.keep_file(event(1), hash(7), 10).unwrap();
        tx.keep_file(event(2), hash(7), 10).unwrap();
        assert_eq!(tx.kept_bytes().unwrap(), 10, "one copy counts once");
        assert_eq!(tx.forget_file(event(3)).unwrap(), None);
        assert_eq!(tx.forget_file(event(1)).unwrap(), None);
        assert_eq!(tx.forget_file(event(2)).unwrap(), Some(hash(7)));
        assert_eq!(tx.forget_file(event(2)).unwrap(), None);
    });
    assert!(kept(&mut store).is_empty());
}

#[test]
fn a_step_that_is_not_committed_keeps_and_forgets_nothing() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| tx.keep_file(event(1), hash(1), 10).unwrap());
    let mut killed = store.begin().unwrap();
    killed.forget_file(event(1)).unwrap();
    killed.keep_file(event(2), hash(2), 10).unwrap();
    drop(killed);
    assert_eq!(kept(&mut store), BTreeSet::from([hash(1)]));
}

#[test]
fn the_notes_of_a_database_that_was_set_aside_come_back_and_a_week_is_added_to_the_released_ones() {
    // INV-9.
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| {
        tx.keep_file(event(1), hash(1), 10).unwrap();
        tx.keep_file(event(2), hash(2), 20).unwrap();
        tx.keep_file(event(3), hash(3), 30).unwrap();
        tx.release_file(event(2), T(1 << 50)).unwrap();
    });
    let (mut store, _) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert!(kept(&mut store).is_empty());
    step(&mut store, |tx| tx.keep_file(event(3), hash(33), 33).unwrap());
    let mut killed = store.begin().unwrap();
    killed.salvage(T(5), 10).unwrap();
    drop(killed);
    let salvaged = step(&mut store, |tx| tx.salvage(T(5), 10).unwrap());
    assert_eq!((salvaged.finished, salvaged.damaged), (true, false));
    let tx = store.begin().unwrap();
    assert_eq!(tx.kept_files().unwrap(), BTreeSet::from([hash(1), hash(2), hash(33)]), "what is here is the later one");
    assert_eq!(tx.kept_bytes().unwrap(), 63);
    assert_eq!(tx.expired_files(T(5 + SALVAGED_KEEP_MS - 1), 9).unwrap(), []);
    assert_eq!(tx.expired_files(T(5 + SALVAGED_KEEP_MS), 9).unwrap(), [event(2)]);
}

#[test]
fn a_database_from_before_there_were_files_is_salvaged_as_ever() {
    let stage = Stage::new();
    let folder = stage.file("set-aside/1");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/0001.db"), folder.join("siaga.db"))
        .unwrap();
    fs::write(folder.join("reason"), "corrupt").unwrap();
    let mut store = stage.open();
    let salvaged = step(&mut store, |tx| tx.salvage(T(5), 100).unwrap());
    assert_eq!((salvaged.finished, salvaged.damaged, salvaged.taken), (true, false, 24));
    assert!(kept(&mut store).is_empty());
}

#[test]
fn a_damaged_page_of_notes_costs_its_own_notes_alone_and_is_told() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, |tx| {
        for number in 0..500 {
            tx.keep_file(event(number), hash(number), 10).unwrap();
        }
    });
    store.close().unwrap();
    let leaves = stage::leaves_of(&stage, "media", 2);
    assert!(leaves.len() > 4);
    stage::overwrite_page(&stage, leaves[leaves.len() / 2]);
    let (mut store, _) = stage.open().set_aside_and_reopen(Reason::Corrupt).unwrap();
    let salvaged = step(&mut store, |tx| tx.salvage(T(5), 100).unwrap());
    assert!(salvaged.damaged && salvaged.finished);
    let kept = kept(&mut store);
    // Some 60 notes fill a page.
    assert!((420..500).contains(&kept.len()), "{}", kept.len());
    assert!(kept.contains(&hash(0)) && kept.contains(&hash(499)));
}

#[test]
fn a_database_that_has_a_foreign_table_in_the_way_of_the_migration_is_set_aside_and_its_rows_come_back() {
    // INV-9, INV-14.
    let stage = Stage::new();
    fs::create_dir(stage.folder()).unwrap();
    fs::copy(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/0001.db"), stage.file("siaga.db"))
        .unwrap();
    stage.sqlite().execute_batch("CREATE TABLE media (colour TEXT); INSERT INTO media VALUES ('red')").unwrap();
    let (mut store, opening) = stage.opening();
    assert_eq!(opening.set_aside.unwrap().reason, Reason::Unmigratable { version: 1 });
    let salvaged = step(&mut store, |tx| tx.salvage(T(5), 100).unwrap());
    assert_eq!((salvaged.finished, salvaged.damaged, salvaged.taken), (true, true, 24));
}
