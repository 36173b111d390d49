//! An SOS whose row is gone with a damaged page, while the engine still knows it (F63).

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::Value;
use siaga::{IncidentId, Ports, PressAnswer, Report, Siaga, Source};
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

struct Phone {
    keys: Keys,
    folder: TempDir,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
}

impl Phone {
    fn new() -> Self {
        let (folder, keys) = (tempfile::tempdir().unwrap(), Keys::new());
        Self { keys, folder, wires: Arc::default(), watch: Arc::new(Watch::new()) }
    }

    fn open(&self) -> Siaga {
        let ports = Ports { clock: Arc::<Watch>::clone(&self.watch), ..Ports::system().unwrap() };
        self.keys.phone_with(self.folder.path(), &self.wires, ports)
    }

    fn sos(&self, siaga: &Siaga) -> IncidentId {
        let [_, _, last] = [1, 2, 3].map(|_| {
            self.watch.advance(300);
            siaga.press(Source::Screen).unwrap()
        });
        let PressAnswer::Triggered { incident } = last else { panic!("no SOS") };
        incident
    }

    /// What a damage does to the only row.
    fn damage(&self, sql: &str) {
        let db = Connection::open(database(self.folder.path())).unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
    }

    /// The next create that leaves, and its envelope.
    fn create(&self) -> Option<Value> {
        self.wires.take("/v1/incidents/").map(|(request, _)| serde_json::from_slice(request.body.bytes()).unwrap())
    }
}

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("siaga.db")
}

fn wake_until_quiet(siaga: &Siaga) {
    for _ in 0..10 {
        if siaga.next_wake().is_none_or(|wake| wake.in_ms > 0) {
            return;
        }
        siaga.wake().unwrap();
    }
    panic!("it wakes for ever");
}

#[test]
fn an_sos_whose_row_is_gone_is_made_anew_and_names_the_one_before_inv_2() {
    let phone = Phone::new();
    let siaga = phone.open();
    let lost = phone.sos(&siaga);
    siaga.close().unwrap();
    let before = phone.create().unwrap();
    phone.damage("DELETE FROM outbox");

    let siaga = phone.open();
    let again = phone.create().expect("the SOS leaves again");
    assert_eq!(again["kind"], "sos");
    assert_eq!(again["body"]["replaces"], lost.to_string());
    assert_ne!(again["incident"], lost.to_string(), "the lost bytes may be at the centre already");
    assert_eq!(again["body"]["secret_sha256"], before["body"]["secret_sha256"], "the citizen can still call it off");
    assert_eq!((&again["seq"], again.get("prev")), (&0.into(), None));
    assert_eq!(again["urgency"], 3, "how often it was pressed is known");
    let [incident] = &siaga.snapshot().incidents[..] else { panic!("one SOS, not two") };
    assert_eq!((again["incident"].as_str(), incident.pending), (Some(incident.id.to_string().as_str()), 1));

    siaga.close().unwrap();
    let siaga = phone.open();
    let third = phone.create().expect("it is tried again");
    assert_eq!(third, again, "once is enough");
    assert_eq!(siaga.snapshot().incidents.len(), 1);
}

#[test]
fn an_sos_that_became_unreadable_is_kept_aside_and_made_anew() {
    let phone = Phone::new();
    let siaga = phone.open();
    let lost = phone.sos(&siaga);
    siaga.close().unwrap();
    let _ = phone.create().unwrap();
    phone.damage("UPDATE outbox SET incident = x'00'");

    let siaga = phone.open();
    wake_until_quiet(&siaga);
    let again = phone.create().expect("the SOS leaves again");
    assert_eq!(again["body"]["replaces"], lost.to_string());
    let db = Connection::open(database(phone.folder.path())).unwrap();
    let aside: i64 = db.query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0)).unwrap();
    assert_eq!(aside, 1, "a person can still look at it");
}

#[test]
fn a_third_press_whose_step_puts_unreadable_rows_aside_leaves_in_that_step_f18() {
    let phone = Phone::new();
    let siaga = phone.open();
    for text in ["one", "two", "three"] {
        let _ =
            siaga.submit(Report { category: "fire".to_owned(), text: text.to_owned(), ..Default::default() }).unwrap();
    }
    let press = || {
        phone.watch.advance(300);
        siaga.press(Source::Screen).unwrap()
    };
    let _ = [1, 2].map(|_| press());
    while phone.create().is_some() {}
    let db = Connection::open(database(phone.folder.path())).unwrap();
    assert_eq!(db.execute("UPDATE outbox SET incident = x'00'", []).unwrap(), 3);

    assert!(matches!(press(), PressAnswer::Triggered { .. }));
    let create = phone.create().expect("the SOS leaves with the press");
    assert_eq!(create["kind"], "sos");
    let aside: i64 = db.query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0)).unwrap();
    assert!(aside >= 2, "{aside} of 3");
}
