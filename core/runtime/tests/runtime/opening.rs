//! What an opening writes. An app is opened often, and each commit is a sync of the disk.

use std::fs;
use std::sync::Arc;

use rusqlite::Connection;
use siaga::{FileState, IncidentId, Method, Ports, Report, Siaga};
use siaga_engine::outbox::{Lane, Slot};
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

/// A folder in which a photo waits, because the phone was offline when it asked whether the centre takes files.
struct Waiting {
    keys: Keys,
    folder: TempDir,
    watch: Arc<Watch>,
    report: IncidentId,
}

impl Waiting {
    fn new() -> Self {
        let (keys, folder, wires, watch) =
            (Keys::new(), TempDir::new().unwrap(), Arc::default(), Arc::new(Watch::new()));
        let siaga = open(&keys, &folder, &wires, &watch);
        wires.take("/v1/keys").unwrap().1(keys.key_set());
        let report = siaga.submit(Report { category: "fire".to_owned(), ..Default::default() }).unwrap();
        let _ = siaga.attach_stream(report, "photo.jpg", &mut [0xFF, 0xD8, 0xFF, 0xE0].as_slice()).unwrap();
        while let Some((request, done)) = wires.take("/v1/incidents/") {
            if request.method == Method::Put {
                done(keys.receipt(&request));
            }
        }
        siaga.close().unwrap();
        Self { keys, folder, watch, report }
    }

    fn open(&self, wires: &Arc<Wires>) -> Siaga {
        open(&self.keys, &self.folder, wires, &self.watch)
    }

    /// Every byte that a commit or a checkpoint would change.
    fn bytes(&self) -> [Vec<u8>; 2] {
        ["siaga.db", "siaga.db-wal"].map(|name| fs::read(self.folder.path().join(name)).unwrap())
    }
}

fn open(keys: &Keys, folder: &TempDir, wires: &Arc<Wires>, watch: &Arc<Watch>) -> Siaga {
    let ports = Ports { clock: Arc::<Watch>::clone(watch), ..Ports::system().unwrap() };
    keys.phone_with(folder.path(), wires, ports)
}

#[test]
fn an_opening_that_finds_a_waiting_file_and_nothing_to_change_writes_nothing() {
    let waiting = Waiting::new();
    let before = waiting.bytes();
    let siaga = waiting.open(&Arc::default());
    assert_eq!(siaga.snapshot().incident(waiting.report).unwrap().files[0].state, FileState::Waiting);
    assert!(waiting.bytes() == before, "no commit, and no checkpoint");
    siaga.close().unwrap();
    assert!(waiting.bytes() == before, "nor when it closes");
}

#[test]
fn a_file_that_was_set_aside_for_a_reason_that_nobody_knows_is_due_after_the_next_opening() {
    let waiting = Waiting::new();
    let (first, last) = Slot::range(Lane::Media);
    let aside = Slot::aside(Lane::Media, 7);
    let db = Connection::open(waiting.folder.path().join("siaga.db")).unwrap();
    let moved = db.execute(
        "UPDATE outbox SET slot = ?1 WHERE slot BETWEEN ?2 AND ?3",
        (aside.number(), first.number(), last.number()),
    );
    assert_eq!(moved.unwrap(), 1);
    let siaga = waiting.open(&Arc::default());
    siaga.close().unwrap();
    let slot = db.query_row("SELECT slot FROM outbox", [], |row| row.get(0)).unwrap();
    assert!(!Slot::from_number(slot).is_aside());
}
