//! Drafts of reports on a real disk: kept over a death between any two calls, seen by a second process, and salvaged.

use std::path::Path;
use std::sync::Arc;

use siaga::{Error, FileState, IncidentId, IncidentState, Ports, Report, ReportFault, Siaga};

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

fn report(text: &str) -> Report {
    Report { category: "fire".to_owned(), text: text.to_owned(), ..Report::default() }
}

/// The beginning of a JPEG.
fn photo() -> Vec<u8> {
    [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 500]].concat()
}

struct Phone {
    keys: Keys,
    folder: tempfile::TempDir,
    watch: Arc<Watch>,
    wires: Arc<Wires>,
}

impl Phone {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { keys: Keys::new(), folder, watch: Arc::new(Watch::new()), wires: Arc::default() }
    }

    fn open(&self) -> Siaga {
        let ports = Ports { clock: Arc::<Watch>::clone(&self.watch), ..Ports::system().unwrap() };
        self.keys.phone_with(self.folder.path(), &self.wires, ports)
    }

    /// The next process does this, and is killed.
    fn live<T>(&self, act: impl FnOnce(&Siaga) -> Result<T, Error>) -> T {
        let siaga = self.open();
        let done = act(&siaga).unwrap();
        std::mem::forget(siaga);
        done
    }

    fn copies(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path().join("media")).unwrap();
        entries.filter(|entry| !entry.as_ref().unwrap().file_name().to_string_lossy().ends_with("lock")).count()
    }
}

const NO_DRAFT: Error = Error::Report { fault: ReportFault::NoSuchDraft };

fn attach(siaga: &Siaga, draft: IncidentId) -> Result<(), Error> {
    siaga.attach_stream(draft, "photo.jpg", &mut photo().as_slice()).map(drop)
}

#[test]
fn a_draft_survives_a_kill_after_each_call_and_is_sent_as_it_was_left_inv_13() {
    let phone = Phone::new();
    let draft = phone.live(|siaga| siaga.draft(Report::default()));
    phone.live(|siaga| siaga.edit(draft, report("Smoke")));
    phone.live(|siaga| attach(siaga, draft));
    phone.live(|siaga| siaga.edit(draft, report("Smoke and fire")));
    phone.live(|siaga| {
        assert_eq!(siaga.drafted(draft)?, report("Smoke and fire"));
        let shown = siaga.snapshot().incident(draft).unwrap().clone();
        assert_eq!((shown.state, shown.files[0].state), (IncidentState::Draft, FileState::Held));
        Ok(())
    });
    assert!(phone.wires.take(&format!("/v1/incidents/{draft}")).is_none(), "nothing of it left");
    assert_eq!(phone.live(|siaga| siaga.submit_draft(draft)), draft);
    let siaga = phone.open();
    assert_eq!(siaga.drafted(draft), Err(NO_DRAFT));
    // Whoever submitted it died with the request; its lease ends.
    phone.watch.advance(120_000);
    siaga.wake().unwrap();
    let (request, _) = phone.wires.take(&format!("/v1/incidents/{draft}")).expect("the report is on its way");
    let envelope: serde_json::Value = serde_json::from_slice(request.body.bytes()).unwrap();
    assert_eq!(envelope["body"]["text"], "Smoke and fire");
    assert_eq!(siaga.snapshot().incident(draft).unwrap().files[0].state, FileState::Waiting);
}

#[test]
fn a_draft_that_is_thrown_away_takes_its_copies_with_it() {
    let phone = Phone::new();
    let siaga = phone.open();
    let draft = siaga.draft(report("Smoke")).unwrap();
    attach(&siaga, draft).unwrap();
    siaga.wake().unwrap();
    assert_eq!(phone.copies(), 1, "a sweep leaves what a draft holds");
    siaga.discard(draft).unwrap();
    siaga.wake().unwrap();
    assert_eq!(phone.copies(), 0);
    for refused in [siaga.discard(draft), siaga.edit(draft, report("x")), siaga.submit_draft(draft).map(drop)] {
        assert_eq!(refused, Err(NO_DRAFT));
    }
}

#[test]
fn a_second_process_sees_edits_and_submits_a_draft_once_inv_13() {
    let phone = Phone::new();
    let (first, second) = (phone.open(), phone.open());
    let draft = first.draft(report("Smoke")).unwrap();
    assert_eq!(second.drafted(draft).unwrap(), report("Smoke"));
    second.edit(draft, report("Fire")).unwrap();
    assert_eq!(first.drafted(draft).unwrap(), report("Fire"));
    assert_eq!(first.submit_draft(draft), Ok(draft));
    assert_eq!(second.submit_draft(draft), Err(NO_DRAFT));
    assert_eq!(second.edit(draft, report("Other")), Err(NO_DRAFT));
    assert_eq!(second.snapshot().incident(draft).unwrap().state, IncidentState::Recorded);
}

fn damage(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("siaga.db")).unwrap();
    db.execute_batch("DROP TABLE history; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

#[test]
fn a_draft_comes_back_from_a_database_that_was_set_aside_inv_9() {
    let phone = Phone::new();
    let siaga = phone.open();
    let [kept, edited] = ["Smoke", "Fire"].map(|text| siaga.draft(report(text)).unwrap());
    attach(&siaga, kept).unwrap();
    siaga.close().unwrap();
    damage(phone.folder.path());

    let siaga = phone.open();
    while siaga.next_wake().is_some_and(|wake| wake.in_ms == 0) {
        siaga.wake().unwrap();
    }
    assert_eq!(siaga.drafted(kept).unwrap(), report("Smoke"));
    siaga.edit(edited, report("Fire and flood")).unwrap();
    assert_eq!(siaga.drafted(edited).unwrap(), report("Fire and flood"));
    let snapshot = siaga.snapshot();
    assert_eq!((snapshot.parked, snapshot.waiting.len(), snapshot.incidents.len()), (0, 0, 2));
    assert_eq!(siaga.submit_draft(kept), Ok(kept));
    assert_eq!(siaga.snapshot().incident(kept).unwrap().files[0].state, FileState::Waiting);
}

#[test]
fn a_draft_comes_back_from_a_database_whose_state_is_lost_inv_9() {
    let phone = Phone::new();
    let draft = phone.live(|siaga| siaga.draft(report("smoke from the third floor")));
    let db = rusqlite::Connection::open(phone.folder.path().join("siaga.db")).unwrap();
    assert_eq!(db.execute("UPDATE engine SET state = x'00'", []).unwrap(), 1);
    drop(db);
    let siaga = phone.open();
    for _ in 0..9 {
        siaga.wake().unwrap();
    }
    let snapshot = siaga.snapshot();
    assert_eq!(snapshot.store, siaga::StoreHealth::Durable);
    assert_eq!(snapshot.incident(draft).map(|draft| draft.state), Some(IncidentState::Draft));
    assert_eq!(siaga.drafted(draft).unwrap(), report("smoke from the third floor"));
    // It is a draft like any other.
    siaga.edit(draft, report("flames from the third floor")).unwrap();
    assert_eq!(siaga.submit_draft(draft).unwrap(), draft);
    assert_eq!(siaga.snapshot().incident(draft).map(|report| report.state), Some(IncidentState::Recorded));
}
