//! What survives, and what a commit costs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use siaga_engine::clock::T;
use siaga_engine::outbox::{Change, Content, Lane, Slot};
use siaga_store::{CHECKPOINT_FRAMES, Store, StoreOptions, WAL_BYTES};
use stage::{Stage, bytes, draft, event, insert, row, step};

fn delete(number: u64) -> Change {
    Change::Delete { slot: row(Lane::Sos, 0, number).slot, event: event(number) }
}

/// Names the folder in which the child of the kill test writes.
const CHILD: &str = "SIAGA_STORE_TEST_CHILD";

/// Commits rows for ever and prints the number of each after its commit. Runs only as the child of the test below.
#[test]
fn the_child_of_the_kill_test_records_rows_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let (mut store, _) = Store::open(&StoreOptions::new(folder, "boot-1")).unwrap();
    let mut tx = store.begin().unwrap();
    let first = u64::from(tx.lane_rows(Lane::Sos).unwrap());
    drop(tx.heads().unwrap());
    drop(tx);
    for number in first.. {
        step(&mut store, &[Change::Insert(row(Lane::Sos, 0, number))]);
        println!("recorded {number}");
        store.checkpoint().unwrap();
    }
}

#[test]
fn every_row_that_was_acknowledged_before_kill_9_is_there_afterwards() {
    // INV-1, INV-13, F1. The rounds differ in how far the child came, so that the kill meets commits, checkpoints and openings.
    let stage = Stage::new();
    let mut acknowledged = 0;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_child_of_the_kill_test_records_rows_until_it_is_killed", "--nocapture"])
            .env(CHILD, stage.folder())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 7 * round + 1;
        for line in lines.by_ref() {
            // The first line that the harness prints on the same line as a number is cut off at the number.
            let line = line.unwrap();
            let Some((_, number)) = line.split_once("recorded ") else { continue };
            acknowledged = number.parse::<u64>().unwrap() + 1;
            wanted -= 1;
            if wanted == 0 {
                child.kill().unwrap();
                break;
            }
        }
        for line in lines {
            if let Some((_, number)) = line.unwrap().split_once("recorded ") {
                acknowledged = number.parse::<u64>().unwrap() + 1;
            }
        }
        assert!(!child.wait().unwrap().success(), "the child was to be killed");
        assert_eq!(wanted, 0, "the child died by itself");

        let (mut store, opening) = stage.opening();
        assert_eq!((opening.set_aside, opening.verify_due), (None, false));
        store.verify().unwrap();
        let tx = store.begin().unwrap();
        for number in 0..acknowledged {
            let slot = Slot::new(Lane::Sos, T(0), number);
            assert_eq!(tx.body(slot).unwrap(), Some(bytes(number)), "row {number} of {acknowledged}");
        }
    }
}

/// Steps until a checkpoint is due.
fn fill_the_log(store: &mut Store) {
    for _ in 0..=2 * CHECKPOINT_FRAMES {
        let log = store.log().unwrap();
        if log.frames - log.written_back > CHECKPOINT_FRAMES {
            return;
        }
        step(store, &[]);
    }
    panic!("the log does not grow");
}

/// The frames of the log that one step writes.
fn frames_of(store: &mut Store, changes: &[Change]) -> u32 {
    fill_the_log(store);
    let log = store.checkpoint().unwrap();
    // A log that is copied as a whole is started over by the next step, so that its frames are all that the log holds.
    assert_eq!(log.frames, log.written_back);
    step(store, changes);
    store.log().unwrap().frames
}

#[test]
fn recording_an_sos_writes_two_pages_and_so_do_its_claim_and_its_receipt() {
    // The cheapest durable step: the engine's row and the outbox's, no index, no page 1.
    let stage = Stage::new();
    let mut store = stage.open();
    insert(&mut store, &[row(Lane::Sos, 0, 1)]);
    let mut slot = row(Lane::Sos, 0, 2).slot;
    assert_eq!(frames_of(&mut store, &[Change::Insert(row(Lane::Sos, 0, 2))]), 2, "press");
    for attempt in 1..4 {
        let to = Slot::new(Lane::Sos, T(u64::from(attempt) * 1_000), 2);
        assert_eq!(frames_of(&mut store, &[Change::Move { from: slot, to, attempt }]), 2, "claim");
        slot = to;
    }
    assert_eq!(frames_of(&mut store, &[Change::Delete { slot, event: event(2) }]), 2, "receipt");
    let draft = draft(Lane::Fix, 0, 3);
    assert_eq!(frames_of(&mut store, &[Change::Insert(draft.clone())]), 2, "draft");
    let content = Content::freeze(bytes(3));
    assert_eq!(frames_of(&mut store, &[Change::Write { slot: draft.slot, event: draft.event, content }]), 2, "freeze");
}

#[test]
fn a_long_state_that_keeps_its_length_is_overwritten_in_place() {
    let stage = Stage::new();
    let mut store = stage.open();
    step(&mut store, &[]);
    let mut frames_of_state = |bytes: usize, content: u8| {
        let before = store.log().unwrap().frames;
        let mut tx = store.begin().unwrap();
        tx.save(&vec![content; bytes]).unwrap();
        tx.commit().unwrap();
        store.log().unwrap().frames - before
    };
    assert_eq!([frames_of_state(4_050, 1), frames_of_state(4_050, 2)], [1, 1]);
    let two_pages = 4_050 + 4_092;
    let _ = frames_of_state(two_pages, 1);
    assert_eq!([frames_of_state(two_pages, 2), frames_of_state(two_pages, 3)], [2, 2]);
    assert!(frames_of_state(two_pages - 1, 4) > 2, "another length is dearer");
}

#[test]
fn an_sos_in_front_of_a_long_backlog_writes_two_pages_once_the_first_leaf_is_split() {
    let stage = Stage::new();
    let mut store = stage.open();
    let backlog: Vec<_> = (100..2_100).map(|number| draft(Lane::Backfill, number, number)).collect();
    insert(&mut store, &backlog);
    // The backlog came in order, so its first leaf is full: the first SOS splits it, once.
    insert(&mut store, &[row(Lane::Sos, 0, 1), row(Lane::Sos, 0, 2)]);
    step(&mut store, &[delete(2)]);
    assert_eq!(frames_of(&mut store, &[Change::Insert(row(Lane::Sos, 0, 2))]), 2);
    assert_eq!(frames_of(&mut store, &[delete(2)]), 2);
}

#[test]
fn the_log_has_its_size_from_the_beginning_and_keeps_it() {
    // F63: a press overwrites blocks that the disk has already given; facts of the cheapest step.
    let stage = Stage::new();
    let mut store = stage.open();
    let size = || std::fs::metadata(stage.file("siaga.db-wal")).unwrap().len();
    let database = || std::fs::metadata(stage.file("siaga.db")).unwrap().len();
    let (log_at_first, database_at_first) = (size(), database());
    assert!((WAL_BYTES..WAL_BYTES * 5 / 4).contains(&log_at_first), "{log_at_first}");
    let mut most_frames = 0;
    for number in 0..200 {
        step(&mut store, &[Change::Insert(row(Lane::Sos, 0, number))]);
        most_frames = most_frames.max(store.log().unwrap().frames);
        step(&mut store, &[delete(number)]);
        store.checkpoint().unwrap();
    }
    assert!(most_frames > CHECKPOINT_FRAMES / 2, "the log was in use");
    assert_eq!((size(), database()), (log_at_first, database_at_first));
    store.close().unwrap();
    assert_eq!(size(), log_at_first, "closing keeps it");
    let store = stage.open();
    assert_eq!(size(), log_at_first, "so does opening");
    drop(store);
}

#[test]
fn a_log_that_was_lost_is_written_in_advance_again() {
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1)]);
    std::fs::remove_file(stage.file("siaga.db-wal")).unwrap();
    let mut store = stage.open();
    assert!(std::fs::metadata(stage.file("siaga.db-wal")).unwrap().len() >= WAL_BYTES);
    assert_eq!(stage::heads_of(&mut store, Lane::Sos), [event(1)]);
    let mut tx = store.begin().unwrap();
    assert!(tx.load().unwrap().state.is_some());
}

#[test]
fn a_checkpoint_is_made_only_when_it_is_due() {
    let stage = Stage::new();
    let mut store = stage.open();
    insert(&mut store, &[row(Lane::Sos, 0, 1)]);
    assert_eq!(store.checkpoint().unwrap().written_back, 0, "not inside the first steps of an SOS");
    fill_the_log(&mut store);
    let made = store.checkpoint().unwrap();
    assert_eq!(made.frames, made.written_back);
    step(&mut store, &[]);
    assert_eq!(store.log().unwrap().frames, 1, "the log is started over");
}
