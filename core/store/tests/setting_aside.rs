//! Bad databases: set aside with their log, never deleted, and a press goes into a new one at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;

use siaga_engine::outbox::Lane;
use siaga_store::{Reason, SetAside, Store, StoreError};
use stage::{Stage, heads_of, insert, row};

/// Opens, expects a fresh database beside the bad one, and records an SOS in it.
fn expect_set_aside(stage: &Stage, reason: Reason, folder: &str) -> Store {
    let (mut store, opening) = stage.opening();
    assert_eq!(opening.set_aside, Some(SetAside { reason, folder: folder.into() }));
    assert!(opening.created);
    insert(&mut store, &[row(Lane::Sos, 0, 77)]);
    assert_eq!(heads_of(&mut store, Lane::Sos), [stage::event(77)]);
    store
}

fn bytes_of(stage: &Stage, folder: &str) -> Vec<Vec<u8>> {
    ["siaga.db", "siaga.db-wal"].map(|name| fs::read(stage.file(folder).join(name)).unwrap()).into()
}

/// Damages the database past the store, opens it, and expects the damaged files, byte for byte, in the folder.
fn damage(reason: Reason, with: impl FnOnce(&Stage)) {
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1)]);
    with(&stage);
    let before = bytes_of(&stage, "");
    drop(expect_set_aside(&stage, reason, "1"));
    assert_eq!(bytes_of(&stage, "set-aside/1"), before);
    let (mut store, opening) = stage.opening();
    assert_eq!((opening.set_aside, opening.unsalvaged), (None, 1));
    assert_eq!(heads_of(&mut store, Lane::Sos), [stage::event(77)]);
}

#[test]
fn a_file_that_is_no_database_is_set_aside_and_kept() {
    // INV-9, F62.
    damage(Reason::NotADatabase, |stage| {
        let mut bytes = fs::read(stage.file("siaga.db")).unwrap();
        bytes[..100].fill(b'?');
        fs::write(stage.file("siaga.db"), bytes).unwrap();
        fs::write(stage.file("siaga.db-wal"), []).unwrap();
    });
}

#[test]
fn an_emptied_database_is_set_aside_with_its_log_which_sqlite_would_delete() {
    // INV-9.
    damage(Reason::NotADatabase, |stage| fs::write(stage.file("siaga.db"), []).unwrap());
}

#[test]
fn a_database_with_a_broken_schema_page_is_set_aside_and_kept() {
    // INV-9, F62.
    damage(Reason::Corrupt, |stage| {
        let mut bytes = fs::read(stage.file("siaga.db")).unwrap();
        bytes[100..4096].fill(0xEE);
        fs::write(stage.file("siaga.db"), bytes).unwrap();
        fs::write(stage.file("siaga.db-wal"), []).unwrap();
    });
}

#[test]
fn a_database_of_a_newer_version_is_set_aside_unchanged() {
    // INV-9, F4: the old version came back by a restore.
    damage(Reason::Newer { version: 9 }, |stage| stage.sqlite().execute_batch("PRAGMA user_version = 9").unwrap());
}

#[test]
fn a_database_of_another_application_is_set_aside_and_kept() {
    damage(Reason::ForeignApplication, |stage| stage.sqlite().execute_batch("PRAGMA application_id = 4").unwrap());
}

#[test]
fn a_database_without_one_of_its_tables_is_set_aside_and_kept() {
    damage(Reason::Corrupt, |stage| stage.sqlite().execute_batch("DROP TABLE outbox").unwrap());
}

#[test]
fn a_database_that_cannot_say_how_its_last_run_ended_is_set_aside_and_its_rows_are_salvaged() {
    // INV-9: its header and its schema are sound, so it would be opened in vain for ever.
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1), row(Lane::Report, 0, 2)]);
    let page = stage::root_of(&stage, "run");
    stage::overwrite_page(&stage, page);
    let mut store = expect_set_aside(&stage, Reason::Corrupt, "1");
    let mut tx = store.begin().unwrap();
    let salvaged = tx.salvage(siaga_engine::clock::T(5), 100).unwrap();
    tx.commit().unwrap();
    assert_eq!((salvaged.taken, salvaged.damaged, salvaged.finished), (2, false, true));
    assert!(heads_of(&mut store, Lane::Sos).contains(&stage::event(1)));
    assert_eq!(heads_of(&mut store, Lane::Report), [stage::event(2)]);
}

#[test]
fn a_database_that_no_migration_fits_is_set_aside_and_kept() {
    // INV-14: it says version 0, yet version 1's tables are there already.
    damage(Reason::Unmigratable { version: 0 }, |stage| {
        stage.sqlite().execute_batch("PRAGMA user_version = 0").unwrap();
    });
}

#[test]
fn damage_that_is_met_in_a_later_step_is_reported_and_answered_by_setting_aside() {
    // INV-9.
    let stage = Stage::new();
    let rows: Vec<_> = (0..50).map(|number| row(Lane::Sos, number, number)).collect();
    stage.closed_with(&rows);
    let root = stage::root_of(&stage, "outbox");
    stage::overwrite_page(&stage, root);
    let (mut store, opening) = stage.opening();
    assert_eq!(opening.set_aside, None, "the header and the schema are sound");
    assert!(matches!(store.verify(), Err(StoreError::Corrupt { .. })));
    let error = store.begin().unwrap().heads().unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }) && error.wants_reopening());
    let (mut store, opening) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(opening.set_aside, Some(SetAside { reason: Reason::Corrupt, folder: "1".into() }));
    insert(&mut store, &[row(Lane::Sos, 0, 77)]);
    store.verify().unwrap();
}

#[test]
fn a_process_whose_database_was_set_aside_by_another_is_told_and_sets_nothing_more_aside() {
    // INV-13: a commit into the old file must not count as recorded.
    let stage = Stage::new();
    let (mut mine, theirs) = (stage.open(), stage.open());
    insert(&mut mine, &[row(Lane::Sos, 0, 1)]);
    let (mut theirs, _) = theirs.set_aside_and_reopen(Reason::Corrupt).unwrap();
    let mut tx = mine.begin().unwrap();
    tx.apply(siaga_engine::clock::T(0), &[siaga_engine::outbox::Change::Insert(row(Lane::Sos, 0, 2))]).unwrap();
    assert_eq!(tx.commit(), Err(StoreError::Moved));
    let (mut mine, opening) = mine.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(opening.set_aside, None, "the fresh database stays");
    insert(&mut mine, &[row(Lane::Sos, 0, 2)]);
    assert_eq!(heads_of(&mut theirs, Lane::Sos), [stage::event(2)]);
}

#[test]
fn nothing_is_set_aside_while_another_process_is_opening_or_moving() {
    // INV-13: the wait is bounded, and the answer is that it is busy.
    let stage = Stage::new();
    let store = stage.open();
    let held = fs::File::options().append(true).create(true).open(stage.file("lock")).unwrap();
    held.lock().unwrap();
    assert!(matches!(store.set_aside_and_reopen(Reason::Corrupt), Err(StoreError::Busy { .. })));
    let mut usable = stage.open();
    insert(&mut usable, &[row(Lane::Sos, 0, 1)]);
}
