//! Salvage of databases that were set aside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;

use siaga_engine::clock::T;
use siaga_engine::outbox::{Change, Content, Lane, Row, RowKey, Slot};
use siaga_store::{Reason, Salvaged, Store};
use stage::{Stage, bytes, draft, event, heads_of, incident, insert, lane_rows, row, step};

/// One step of a salvage, committed.
fn salvage(store: &mut Store, rows: u32) -> Salvaged {
    let mut tx = store.begin().unwrap();
    let salvaged = tx.salvage(T(5), rows).unwrap();
    tx.commit().unwrap();
    salvaged
}

/// All steps of a salvage: taken, known, quarantined, damaged.
fn salvage_all(store: &mut Store, rows: u32) -> (u32, u32, u32, bool) {
    let mut sum = (0, 0, 0, false);
    loop {
        let salvaged = salvage(store, rows);
        sum = (sum.0 + salvaged.taken, sum.1 + salvaged.known, sum.2 + salvaged.quarantined, sum.3 | salvaged.damaged);
        if salvaged.finished {
            return sum;
        }
    }
}

/// A stage whose first database held these rows and was set aside.
fn set_aside(rows: &[Row]) -> (Stage, Store) {
    let stage = Stage::new();
    let mut store = stage.open();
    insert(&mut store, rows);
    let (store, opening) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(opening.unsalvaged, 1);
    (stage, store)
}

#[test]
fn every_unsent_row_comes_back_in_its_lane_and_is_due_at_once() {
    // INV-9, INV-14: the old clock's due times mean nothing in the new database.
    let far = 1 << 40;
    let parked = Row { slot: Slot::parked(T(far), 3), ..row(Lane::Report, 0, 4) };
    let unsubmitted = Row { slot: Slot::draft(T(far), 3), ..draft(Lane::Report, 0, 5) };
    let sent_twice = Row { attempt: 2, ..row(Lane::Sos, far, 1) };
    let (_stage, mut store) =
        set_aside(&[sent_twice, row(Lane::Sos, far, 2), draft(Lane::Fix, far, 3), unsubmitted, parked]);
    assert_eq!(salvage_all(&mut store, 2), (5, 0, 0, false));
    assert_eq!(heads_of(&mut store, Lane::Sos), [event(1), event(2)]);
    let mut tx = store.begin().unwrap();
    assert!(tx.heads().unwrap().heads.iter().all(|head| head.slot.due() == T(5)));
    assert_eq!(tx.parked(9).unwrap().heads[0].event, event(4));
    let back = tx.find(&RowKey { lane: Lane::Sos, event: event(1) }).unwrap().unwrap();
    assert_eq!((back.content, back.attempt), (Content::freeze(bytes(1)), 2));
    let draft = tx.find(&RowKey { lane: Lane::Fix, event: event(3) }).unwrap().unwrap();
    assert_eq!(draft.content, Content::Draft(bytes(3)));
    let report = tx.find(&RowKey { lane: Lane::Report, event: event(5) }).unwrap().unwrap();
    assert!(report.slot.is_draft(), "it still waits for nobody but the citizen");
    assert_eq!(report.content, Content::Draft(bytes(5)));
}

#[test]
fn the_old_engines_state_its_keys_and_its_history_come_with_the_first_batch() {
    let stage = Stage::new();
    let mut store = stage.open();
    let mut tx = store.begin().unwrap();
    let archived = Change::Archive { incident: incident(9), record: b"ended".to_vec() };
    tx.apply(T(7), &[archived, Change::SaveKeys { jws: "signed".into() }, Change::Insert(row(Lane::Sos, 0, 1))])
        .unwrap();
    tx.save(b"open incidents").unwrap();
    tx.commit().unwrap();
    let (mut store, _) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();

    let mut killed = store.begin().unwrap();
    assert!(killed.salvage(T(5), 10).unwrap().state.is_some());
    drop(killed);
    let salvaged = salvage(&mut store, 1);
    assert_eq!(salvaged.state, Some(b"open incidents".to_vec()), "offered again: the step before was not committed");
    assert_eq!(salvage(&mut store, 1).state, None);
    assert_eq!(store.history(9).unwrap(), [b"ended".to_vec()]);
    assert_eq!(store.begin().unwrap().load().unwrap().keys, Some("signed".into()));
}

#[test]
fn a_salvage_that_is_killed_after_any_batch_goes_on_and_takes_no_row_twice() {
    // INV-13.
    let rows: Vec<Row> = (0..23).map(|number| row(Lane::Report, number, number)).collect();
    let (stage, mut store) = set_aside(&rows);
    let mut taken = 0;
    loop {
        let mut killed = store.begin().unwrap();
        killed.salvage(T(5), 4).unwrap();
        drop(killed);
        let salvaged = salvage(&mut store, 4);
        taken += salvaged.taken;
        // The process dies here and comes back.
        drop(store);
        store = stage.open();
        if salvaged.finished {
            break;
        }
    }
    assert_eq!((taken, lane_rows(&mut store, Lane::Report)), (23, 23));
    assert_eq!(salvage(&mut store, 4), Salvaged { finished: true, ..Salvaged::default() });
    assert_eq!(stage.opening().1.unsalvaged, 0);
}

#[test]
fn a_row_whose_event_is_in_the_outbox_already_is_not_taken() {
    // An SOS that went on in memory was inserted before the salvage.
    let (_stage, mut store) = set_aside(&[row(Lane::Sos, 0, 1), row(Lane::Sos, 0, 2)]);
    insert(&mut store, &[Row { attempt: 6, ..row(Lane::Sos, 0, 2) }]);
    assert_eq!(salvage_all(&mut store, 100), (1, 1, 0, false));
    let tx = store.begin().unwrap();
    assert_eq!(tx.find(&RowKey { lane: Lane::Sos, event: event(2) }).unwrap().unwrap().attempt, 6);
}

#[test]
fn a_salvaged_row_that_was_delivered_since_does_not_come_back() {
    let (stage, mut store) = set_aside(&[row(Lane::Sos, 0, 1)]);
    assert_eq!(salvage_all(&mut store, 100).0, 1);
    let slot = store.begin().unwrap().heads().unwrap().heads[0].slot;
    step(&mut store, &[Change::Delete { slot, event: event(1) }]);
    // Nor when the database that knew of the salvage is set aside in its turn.
    let (mut store, opening) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(opening.unsalvaged, 1);
    assert_eq!(salvage_all(&mut store, 100).0, 0);
    assert!(stage.file("set-aside/1/siaga.db").exists() && stage.file("set-aside/2/siaga.db").exists());
}

#[test]
fn a_row_that_cannot_be_read_goes_into_quarantine_as_it_is() {
    // F18.
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1), row(Lane::Sos, 0, 2), row(Lane::Report, 0, 3)]);
    let sqlite = stage.sqlite();
    sqlite.execute("UPDATE outbox SET kind = 99 WHERE event = ?1", [event(1).to_bytes()]).unwrap();
    sqlite.execute("UPDATE outbox SET body = x'00' WHERE event = ?1", [event(3).to_bytes()]).unwrap();
    let (mut store, _) = stage.open().set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(salvage_all(&mut store, 100), (1, 0, 2, false));
    assert_eq!(store.quarantined().unwrap(), 2);
    let (origin, kind, body): (String, i64, Vec<u8>) = stage
        .sqlite()
        .query_row("SELECT origin, kind, body FROM quarantine ORDER BY id", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!((origin.as_str(), kind, body), ("1", 99, bytes(1)));
}

#[test]
fn an_sos_whose_bytes_are_damaged_is_sent_all_the_same() {
    // INV-2: the centre stores and flags what it cannot read.
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1)]);
    stage.sqlite().execute("UPDATE outbox SET body = CAST('{\"damaged' AS BLOB)", []).unwrap();
    let (mut store, _) = stage.open().set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(salvage_all(&mut store, 100), (1, 0, 0, false));
    let found = store.begin().unwrap().find(&RowKey { lane: Lane::Sos, event: event(1) }).unwrap().unwrap();
    assert_eq!(found.content, Content::freeze(b"{\"damaged".to_vec()));
}

#[test]
fn a_newer_schema_gives_its_rows_and_is_not_changed_by_a_byte() {
    // INV-9, F4: columns that are not known are ignored, and so are those that are gone.
    let stage = Stage::new();
    stage.closed_with(&[row(Lane::Sos, 0, 1), row(Lane::Report, 0, 2)]);
    let newer = "ALTER TABLE outbox ADD COLUMN colour TEXT DEFAULT 'red'; ALTER TABLE outbox DROP COLUMN bearer;
                 CREATE TABLE sightings (id INTEGER PRIMARY KEY) STRICT; PRAGMA user_version = 4;";
    stage.sqlite().execute_batch(newer).unwrap();
    let (mut store, opening) = stage.opening();
    assert_eq!(opening.set_aside.map(|found| found.reason), Some(Reason::Newer { version: 4 }));
    let read = || ["siaga.db", "siaga.db-wal"].map(|file| fs::read(stage.file("set-aside/1").join(file)).unwrap());
    let before = read();
    assert_eq!(salvage_all(&mut store, 1), (2, 0, 0, false));
    assert_eq!(heads_of(&mut store, Lane::Sos), [event(1)]);
    assert!(read() == before, "the newer database was changed");
}

#[test]
fn rows_that_are_only_in_the_log_are_salvaged() {
    // The log travels with its database: nothing of these rows was ever copied into it.
    let (_stage, mut store) = set_aside(&[row(Lane::Sos, 0, 1)]);
    assert_eq!(salvage_all(&mut store, 100).0, 1);
    let stage = Stage::new();
    let mut first = stage.open();
    insert(&mut first, &[row(Lane::Sos, 0, 1)]);
    let (mut store, _) = first.set_aside_and_reopen(Reason::Corrupt).unwrap();
    fs::write(stage.file("set-aside/1/siaga.db-wal"), []).unwrap();
    assert_eq!(salvage_all(&mut store, 100).0, 0, "the row was in the log alone, or this test shows nothing");
}

#[test]
fn a_damaged_page_in_the_middle_costs_its_own_rows_alone() {
    // From the front to the damage, then from the back.
    let stage = Stage::new();
    let rows: Vec<Row> = (0..200).map(|number| row(Lane::Report, number, number)).collect();
    stage.closed_with(&rows);
    let leaves = stage::leaves_of_outbox(&stage);
    assert!(leaves.len() > 10);
    stage::overwrite_page(&stage, leaves[leaves.len() / 2]);
    let (mut store, _) = stage.open().set_aside_and_reopen(Reason::Corrupt).unwrap();
    let (taken, known, quarantined, damaged) = salvage_all(&mut store, 16);
    // Six rows of some 630 bytes fill a page.
    assert!((194..200).contains(&taken), "{taken}");
    assert_eq!((known, quarantined, damaged), (0, 0, true));
    let tx = store.begin().unwrap();
    for number in [0, 199] {
        assert!(tx.find(&RowKey { lane: Lane::Report, event: event(number) }).unwrap().is_some(), "{number}");
    }
}

#[test]
fn a_database_of_which_nothing_can_be_read_is_kept_and_asked_only_once() {
    let stage = Stage::new();
    fs::create_dir(stage.folder()).unwrap();
    fs::write(stage.file("siaga.db"), "no database at all, but longer than its header would be".repeat(9)).unwrap();
    let mut store = stage.open();
    assert_eq!(salvage_all(&mut store, 10), (0, 0, 0, true));
    assert_eq!(salvage_all(&mut store, 10), (0, 0, 0, false));
    assert!(stage.file("set-aside/1/siaga.db").exists());
}

#[test]
fn the_newest_of_several_databases_gives_its_copy_of_a_row() {
    let stage = Stage::new();
    let mut store = stage.open();
    insert(&mut store, &[row(Lane::Sos, 0, 1), row(Lane::Sos, 0, 2)]);
    let (mut store, _) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    insert(&mut store, &[Row { attempt: 9, ..row(Lane::Sos, 0, 1) }]);
    let (mut store, opening) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    assert_eq!(opening.unsalvaged, 2);
    assert_eq!(salvage_all(&mut store, 10), (2, 1, 0, false));
    let tx = store.begin().unwrap();
    assert_eq!(tx.find(&RowKey { lane: Lane::Sos, event: event(1) }).unwrap().unwrap().attempt, 9);
}
