//! Databases that cannot be used.

use std::io::Write;

use siaga::ports::Note;
use siaga::{IncidentId, StoreHealth};

use crate::field::{Field, Phone, config};

/// An SOS that nobody could take yet.
fn unsent(field: &Field) -> IncidentId {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = socket.local_addr().unwrap();
    drop(socket);
    let offline = Phone::open(field.folder.path(), &config(&field.centre, nowhere), siaga::Ports::system().unwrap());
    offline.sos()
}

#[test]
fn a_damaged_database_is_set_aside_and_its_unsent_sos_is_salvaged_and_delivered_inv_9() {
    let field = Field::new([]);
    let old = unsent(&field);
    let path = field.folder.path().join("siaga.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    // A schema that a damaged page could give: a table of ours is missing, the outbox is whole.
    db.execute_batch("DROP TABLE history; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);
    let phone = field.phone();
    assert!(phone.notes.any(|note| matches!(note, Note::SetAside { .. })));
    let _ = phone.until_receipted(old);
    let _ = phone.until("salvaged", |s| s.store == StoreHealth::Durable && s.waiting.is_empty());
    assert!(phone.notes.any(|note| matches!(note, Note::Salvaged { rows: 1 })));
    assert_eq!(field.incidents(), 1);
    // The old database's last press may be so young that this one is a bouncing contact.
    let press = || phone.siaga.press(siaga::Source::Screen).unwrap();
    let raised = std::iter::repeat_with(press).find(|answer| *answer != siaga::PressAnswer::TooSoon).unwrap();
    assert!(matches!(raised, siaga::PressAnswer::Escalated { incident, .. } if incident == old), "it is open again");
}

#[test]
fn a_file_that_is_no_database_does_not_stop_a_press_f62() {
    let field = Field::new([]);
    std::fs::File::create(field.folder.path().join("siaga.db")).unwrap().write_all(&[0x5a; 10_000]).unwrap();
    let phone = field.phone();
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    assert_eq!(field.incidents(), 1);
}

#[test]
fn a_folder_that_cannot_be_used_does_not_stop_an_sos_inv_2() {
    let field = Field::new([]);
    let blocked = field.folder.path().join("blocked");
    std::fs::write(&blocked, "a file where the folder should be").unwrap();
    let phone = Phone::open(&blocked, &field.config(), siaga::Ports::system().unwrap());
    let sos = phone.sos();
    assert_eq!(phone.siaga.snapshot().store, StoreHealth::InMemoryOnly);
    let _ = phone.until_receipted(sos);
    assert_eq!(field.incidents(), 1);
    std::fs::remove_file(&blocked).unwrap();
    let _ = phone.until("durable", |s| s.store == StoreHealth::Durable);
    drop(phone);
    let again = Phone::open(&blocked, &field.config(), siaga::Ports::system().unwrap());
    assert!(again.siaga.snapshot().incident(sos).unwrap().receipt.is_some());
}
