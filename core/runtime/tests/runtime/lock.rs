//! Two processes on one folder, and one that holds the lock.

use rusqlite::Connection;
use siaga::ports::Note;
use siaga::{PressAnswer, Source, StoreHealth};

use crate::field::{Field, Phone};

/// Presses once, past the debounce.
fn press(phone: &Phone) -> PressAnswer {
    loop {
        match phone.siaga.press(Source::Screen).unwrap() {
            PressAnswer::TooSoon => {}
            answer @ (PressAnswer::Counted { .. }
            | PressAnswer::Triggered { .. }
            | PressAnswer::Escalated { .. }
            | PressAnswer::SourceOff) => return answer,
        }
    }
}

#[test]
fn presses_in_two_processes_are_counted_together_inv_13() {
    let field = Field::new([]);
    let (one, two) = (field.phone(), field.phone());
    assert!(matches!(press(&one), PressAnswer::Counted { presses: 1, .. }));
    assert!(matches!(press(&two), PressAnswer::Counted { presses: 2, .. }));
    let PressAnswer::Triggered { incident } = press(&one) else { panic!("no SOS") };
    assert!(matches!(press(&two), PressAnswer::Escalated { incident: same, .. } if same == incident));
    let _ = one.until("all delivered", |s| s.waiting.is_empty());
    assert_eq!(field.incidents(), 1);
}

#[test]
fn an_sos_pressed_while_another_process_holds_the_lock_is_delivered_and_then_kept_inv_2() {
    let field = Field::new([]);
    let phone = field.phone();
    let _ = phone.until("its reads done", |s| s.offers.is_some());
    let other = Connection::open(field.folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sos = phone.sos();
    assert_eq!(phone.siaga.snapshot().store, StoreHealth::InMemoryOnly, "INV-7: shown as what it is");
    assert!(phone.notes.any(|note| matches!(note, Note::WentOnInMemory { .. })));
    let _ = phone.until_receipted(sos);
    other.execute_batch("ROLLBACK").unwrap();
    let _ = phone.until("durable again", |s| s.store == StoreHealth::Durable);
    drop(phone);
    let again = field.phone();
    assert!(again.siaga.snapshot().incident(sos).unwrap().receipt.is_some(), "the receipt is on the disk");
    let _ = again.until("nothing left to send", |s| s.waiting.is_empty());
    assert_eq!(field.incidents(), 1);
}

#[test]
fn an_sos_pressed_while_another_process_migrates_the_database_is_delivered_and_then_kept_inv_2() {
    let field = Field::new([]);
    // What a migration is to everybody else: a locked file with nothing in it that they know.
    let other = Connection::open(field.folder.path().join("siaga.db")).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE half_of_it (id INTEGER)").unwrap();
    let phone = field.phone();
    let sos = phone.sos();
    assert_eq!(phone.siaga.snapshot().store, StoreHealth::InMemoryOnly);
    let _ = phone.until_receipted(sos);
    other.execute_batch("ROLLBACK").unwrap();
    let _ = phone.until("durable", |s| s.store == StoreHealth::Durable);
    drop(phone);
    assert!(field.phone().siaga.snapshot().incident(sos).unwrap().receipt.is_some(), "the receipt is on the disk");
    assert_eq!(field.incidents(), 1);
}

#[test]
fn an_ordinary_report_is_refused_with_the_reason_while_the_lock_is_held() {
    let field = Field::new([]);
    let phone = field.phone();
    let other = Connection::open(field.folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let report = siaga::Report { category: "fire".to_owned(), text: "smoke".to_owned(), ..Default::default() };
    let error = phone.siaga.submit(report.clone()).unwrap_err();
    assert!(error.to_string().contains("locked by another process"), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    let _ = phone.siaga.submit(report).unwrap();
}
