//! The transaction of a step, alone and beside another process's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use siaga_engine::clock::T;
use siaga_engine::outbox::{Change, Lane};
use siaga_store::{Saved, Store, StoreError, StoreOptions};
use stage::{Stage, bytes, heads_of, insert, lane_rows, row, step};

#[test]
fn a_committed_step_is_there_after_the_next_opening_and_a_dropped_one_is_not() {
    // INV-1, INV-7.
    let stage = Stage::new();
    let mut store = stage.open();
    let mut committed = store.begin().unwrap();
    committed.apply(T(0), &[Change::Insert(row(Lane::Sos, 0, 1)), Change::SaveKeys { jws: "signed".into() }]).unwrap();
    committed.save(b"committed").unwrap();
    committed.commit().unwrap();
    let mut dropped = store.begin().unwrap();
    dropped.apply(T(0), &[Change::Insert(row(Lane::Sos, 0, 2))]).unwrap();
    dropped.save(b"never committed").unwrap();
    drop(dropped);
    drop(store);

    let mut store = stage.open();
    assert_eq!(heads_of(&mut store, Lane::Sos), [stage::event(1)]);
    let mut tx = store.begin().unwrap();
    let saved = Saved { state: Some(b"committed".to_vec()), keys: Some("signed".into()) };
    assert_eq!(tx.load().unwrap(), saved);
}

#[test]
fn a_step_while_another_process_holds_the_lock_is_busy_and_goes_through_afterwards() {
    // INV-6: the wait is bounded; INV-13.
    let stage = Stage::new();
    let mut mine = stage.open();
    for busy_ms in [0, 250] {
        let mut other = Store::open(&StoreOptions { busy_ms, ..stage.options() }).unwrap().0;
        let held = mine.begin().unwrap();
        assert!(matches!(other.begin(), Err(StoreError::Busy { .. })));
        drop(held);
        insert(&mut other, &[row(Lane::Sos, 0, u64::from(busy_ms))]);
    }
    assert_eq!(lane_rows(&mut mine, Lane::Sos), 2);
}

#[test]
fn a_database_can_be_opened_while_another_process_is_inside_a_step() {
    // INV-2: a second process that starts up must not wait for the first.
    let stage = Stage::new();
    let mut mine = stage.open();
    let held = mine.begin().unwrap();
    let mut other = Store::open(&StoreOptions { busy_ms: 0, ..stage.options() }).unwrap().0;
    drop(held);
    insert(&mut other, &[row(Lane::Sos, 0, 1)]);
}

#[test]
fn the_engine_is_out_of_date_until_it_has_loaded_and_again_after_another_process_wrote() {
    // INV-13.
    let stage = Stage::new();
    let mut mine = stage.open();
    let mut other = stage.open();
    let mut first = mine.begin().unwrap();
    assert!(first.foreign_write(), "nothing was loaded yet");
    first.load().unwrap();
    first.end_unchanged();
    assert!(!mine.begin().unwrap().foreign_write());

    step(&mut mine, &[Change::Insert(row(Lane::Sos, 0, 1))]);
    assert!(!mine.begin().unwrap().foreign_write(), "its own commit is no foreign one");

    step(&mut other, &[Change::Insert(row(Lane::Sos, 0, 2))]);
    let mut told = mine.begin().unwrap();
    assert!(told.foreign_write());
    told.load().unwrap();
    drop(told);
    let mut again = mine.begin().unwrap();
    assert!(again.foreign_write(), "a step that failed may not have restored the engine");
    again.load().unwrap();
    again.save(b"restored").unwrap();
    again.commit().unwrap();
    assert!(!mine.begin().unwrap().foreign_write());
}

#[test]
fn two_processes_in_turn_lose_no_row() {
    let stage = Stage::new();
    let (mut one, mut two) = (stage.open(), stage.open());
    for number in 0..50 {
        insert(&mut one, &[row(Lane::Report, 5, 2 * number)]);
        one.checkpoint().unwrap();
        insert(&mut two, &[row(Lane::Report, 5, 2 * number + 1)]);
        two.checkpoint().unwrap();
    }
    assert_eq!(lane_rows(&mut one, Lane::Report), 100);
    assert_eq!(two.begin().unwrap().find(&key(99)).unwrap(), Some(row(Lane::Report, 5, 99)));
    let slot = row(Lane::Report, 5, 7).slot;
    assert_eq!(one.begin().unwrap().body(slot).unwrap(), Some(bytes(7)));
}

fn key(number: u64) -> siaga_engine::outbox::RowKey {
    siaga_engine::outbox::RowKey { lane: Lane::Report, event: stage::event(number) }
}
