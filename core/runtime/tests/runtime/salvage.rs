//! The salvage of a database that was set aside: due at once, though nothing else is.

use std::collections::BTreeMap;
use std::sync::Arc;

use siaga::{Failure, NextWake, Ports, PressAnswer, Source, StoreHealth};

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

#[test]
fn a_salvage_is_due_at_once_and_then_no_more_inv_9() {
    let (folder, keys, wires) = (tempfile::tempdir().unwrap(), Keys::new(), Arc::new(Wires::default()));
    let watch = Arc::new(Watch::new());
    let ports = || Ports { clock: Arc::<Watch>::clone(&watch), ..Ports::system().unwrap() };
    let old = keys.phone_with(folder.path(), &wires, ports());
    let [_, _, last] = [1, 2, 3].map(|_| {
        watch.advance(300);
        old.press(Source::Screen).unwrap()
    });
    let PressAnswer::Triggered { incident } = last else { panic!("no SOS") };
    old.close().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("siaga.db")).unwrap();
    db.execute_batch("DROP TABLE history; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);

    let wires = Arc::new(Wires::default());
    let phone = keys.phone_with(folder.path(), &wires, ports());
    assert_eq!(phone.snapshot().store, StoreHealth::Salvaging);
    assert_eq!(phone.next_wake().map(|wake| wake.in_ms), Some(0));
    // Not a moment goes by: the salvage, then the step that sees its row.
    let mut woken = 0;
    while matches!(phone.next_wake(), Some(NextWake { in_ms: 0, .. })) {
        phone.wake().unwrap();
        woken += 1;
        assert!(woken < 10, "it wakes for ever");
    }
    assert_eq!(phone.snapshot().store, StoreHealth::Durable);
    let path = format!("/v1/incidents/{incident}");
    assert!(wires.take(&path).is_some(), "the SOS is on its way again");
}

#[test]
fn presses_after_a_database_was_set_aside_at_reopening_go_into_no_draft_of_the_old_one_inv_2() {
    let (folder, keys, wires) = (tempfile::tempdir().unwrap(), Keys::new(), Arc::new(Wires::default()));
    let watch = Arc::new(Watch::new());
    let ports = Ports { clock: Arc::<Watch>::clone(&watch), ..Ports::system().unwrap() };
    let phone = keys.phone_with(folder.path(), &wires, ports);
    let press = || {
        watch.advance(300);
        phone.press(Source::Screen).unwrap()
    };
    // The fourth leaves at once; the fifth is a draft that waits for more.
    let _ = [1, 2, 3, 4, 5].map(|_| press());
    phone.prepare_suspend().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("siaga.db")).unwrap();
    db.execute_batch("DROP TABLE history; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);

    assert!(matches!(press(), PressAnswer::Escalated { presses: 6, .. }));
    let mut told = BTreeMap::new();
    for _ in 0..60 {
        phone.wake().unwrap();
        while let Some((request, done)) = wires.take("/v1/incidents/") {
            let envelope: serde_json::Value = serde_json::from_slice(request.body.bytes()).unwrap_or_default();
            if let Some(presses) = envelope["body"]["presses"].as_u64() {
                let _ = told.insert(request.path.clone(), presses);
            }
            done(Err(Failure::TimedOut));
        }
        watch.advance(1_000);
    }
    assert_eq!(told.values().sum::<u64>(), 3, "{told:?}");
}
