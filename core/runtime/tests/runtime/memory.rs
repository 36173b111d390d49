//! What a process knows while its database is closed or locked, and what becomes of it afterwards.

use std::sync::Arc;

use rusqlite::Connection;
use siaga::{IncidentId, PressAnswer, Siaga, Source, StoreHealth};

use crate::wires::{Keys, Wires};

/// Presses once, past the debounce.
fn press(siaga: &Siaga) -> PressAnswer {
    loop {
        match siaga.press(Source::Screen).unwrap() {
            PressAnswer::TooSoon => {}
            answer @ (PressAnswer::Counted { .. }
            | PressAnswer::Triggered { .. }
            | PressAnswer::Escalated { .. }
            | PressAnswer::SourceOff) => return answer,
        }
    }
}

fn sos(siaga: &Siaga) -> IncidentId {
    loop {
        if let PressAnswer::Triggered { incident } = press(siaga) {
            return incident;
        }
    }
}

/// The same state in other bytes: for the phone's own process the store is newer than what it knows.
fn commit_as_another_process(other: &Connection) {
    other.execute_batch("UPDATE engine SET state = CAST(state || ' ' AS BLOB); COMMIT").unwrap();
}

#[test]
fn keys_that_came_while_the_process_was_suspended_verify_the_next_receipt_f58() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let (_, keys_came) = wires.take("/v1/keys").unwrap();
    siaga.prepare_suspend().unwrap();
    keys_came(keys.key_set());
    let incident = sos(&siaga);
    let (request, done) = wires.take("/v1/incidents/").unwrap();
    done(keys.receipt(&request));
    assert!(siaga.snapshot().incident(incident).unwrap().receipt.is_some());
}

#[test]
fn a_receipt_that_came_while_the_process_was_suspended_is_not_asked_for_again() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let (_, keys_came) = wires.take("/v1/keys").unwrap();
    keys_came(keys.key_set());
    let incident = sos(&siaga);
    let (request, done) = wires.take("/v1/incidents/").unwrap();
    siaga.prepare_suspend().unwrap();
    done(keys.receipt(&request));
    siaga.resume().unwrap();
    drop(siaga);
    let again = keys.phone(folder.path(), &wires);
    assert!(again.snapshot().incident(incident).unwrap().receipt.is_some(), "it is on the disk");
    assert!(again.snapshot().waiting.is_empty());
}

#[test]
fn a_receipt_that_came_while_the_process_was_suspended_goes_on_waiting_for_its_key_f57_f58() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let incident = sos(&siaga);
    let (request, done) = wires.take("/v1/incidents/").unwrap();
    siaga.prepare_suspend().unwrap();
    done(keys.receipt(&request));
    siaga.resume().unwrap();
    assert_eq!(siaga.snapshot().store, StoreHealth::Durable);
    let (_, keys_came) = wires.take("/v1/keys").unwrap();
    keys_came(keys.key_set());
    assert!(siaga.snapshot().incident(incident).unwrap().receipt.is_some());
    assert!(siaga.snapshot().waiting.is_empty());
    assert!(wires.take(&format!("/v1/incidents/{incident}?after=0")).is_some(), "and its timeline is read");
    assert!(wires.take("/v1/incidents/").is_none(), "it is not sent again");
    let store = Connection::open(folder.path().join("siaga.db")).unwrap();
    let rows: u32 = store.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn a_receipt_whose_key_came_while_the_process_was_suspended_is_not_asked_for_again_f57_f58() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let incident = sos(&siaga);
    let (request, done) = wires.take("/v1/incidents/").unwrap();
    let (_, keys_came) = wires.take("/v1/keys").unwrap();
    siaga.prepare_suspend().unwrap();
    done(keys.receipt(&request));
    keys_came(keys.key_set());
    siaga.resume().unwrap();
    drop(siaga);
    let again = keys.phone(folder.path(), &wires);
    assert!(again.snapshot().incident(incident).unwrap().receipt.is_some(), "it is on the disk");
    assert!(again.snapshot().waiting.is_empty());
}

#[test]
fn a_receipt_that_came_while_another_process_wrote_is_known_afterwards_inv_3() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let (_, keys_came) = wires.take("/v1/keys").unwrap();
    keys_came(keys.key_set());
    let incident = sos(&siaga);
    let (request, done) = wires.take("/v1/incidents/").unwrap();
    let other = Connection::open(folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    done(keys.receipt(&request));
    commit_as_another_process(&other);
    siaga.resume().unwrap();
    let snapshot = siaga.snapshot();
    assert_eq!(snapshot.store, StoreHealth::Durable);
    assert!(snapshot.incident(incident).unwrap().receipt.is_some());
    assert!(snapshot.waiting.is_empty());
}

#[test]
fn presses_counted_while_the_lock_is_held_count_when_it_is_gone_inv_2() {
    let (folder, wires, keys) = (tempfile::tempdir().unwrap(), Arc::new(Wires::default()), Keys::new());
    let siaga = keys.phone(folder.path(), &wires);
    let other = Connection::open(folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(press(&siaga), PressAnswer::Counted { presses: 1, .. }));
    assert!(matches!(press(&siaga), PressAnswer::Counted { presses: 2, .. }));
    assert_eq!(siaga.snapshot().store, StoreHealth::InMemoryOnly);
    commit_as_another_process(&other);
    assert!(matches!(press(&siaga), PressAnswer::Triggered { .. }));
    assert_eq!(siaga.snapshot().store, StoreHealth::Durable);
}
