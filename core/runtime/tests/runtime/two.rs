//! Two processes on one folder, of which the first cannot reach the disk for a while. Each has a watch of its own, so that both
//! press in the same milliseconds and their rows take the same slots.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::Value;
use siaga::{
    CancelAuth, IncidentId, IncidentState, LocationReport, NoFix, Ports, PressAnswer, Siaga, Source, StoreHealth,
};
use tempfile::TempDir;

use crate::watch::{NoEntropy, Watch};
use crate::wires::{Keys, Wires};

/// Wide enough for any bouncing contact, narrow enough for three in a window.
const BETWEEN_PRESSES_MS: u64 = 300;

/// One process.
struct Process {
    siaga: Siaga,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
}

impl Process {
    fn open(keys: &Keys, folder: &Path, change: impl FnOnce(&mut Ports)) -> Self {
        let (wires, watch) = (Arc::new(Wires::default()), Arc::new(Watch::new()));
        let mut ports = Ports { clock: Arc::<Watch>::clone(&watch), ..Ports::system().unwrap() };
        change(&mut ports);
        let siaga = keys.phone_with(folder, &wires, ports);
        Self { siaga, wires, watch }
    }

    /// Presses so often, each press counting; the last one's answer.
    fn presses(&self, count: u32) -> PressAnswer {
        let answers: Vec<PressAnswer> = (0..count)
            .map(|_| {
                self.watch.advance(BETWEEN_PRESSES_MS);
                self.siaga.press(Source::Screen).unwrap()
            })
            .collect();
        *answers.last().unwrap()
    }

    fn sos(&self) -> IncidentId {
        let PressAnswer::Triggered { incident } = self.presses(3) else { panic!("no SOS") };
        incident
    }
}

/// Two processes that know the centre's keys.
struct Pair {
    keys: Keys,
    folder: TempDir,
    first: Process,
    second: Process,
}

impl Pair {
    fn new() -> Self {
        let (keys, folder) = (Keys::new(), tempfile::tempdir().unwrap());
        let first = Process::open(&keys, folder.path(), |_| {});
        let (_, keys_came) = first.wires.take("/v1/keys").unwrap();
        keys_came(keys.key_set());
        let second = Process::open(&keys, folder.path(), |_| {});
        Self { keys, folder, first, second }
    }

    /// Lets the first process press while nobody can write.
    fn first_without_the_disk<V>(&self, act: impl FnOnce(&Process) -> V) -> V {
        let other = Connection::open(self.folder.path().join("siaga.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let acted = act(&self.first);
        assert_eq!(self.first.siaga.snapshot().store, StoreHealth::InMemoryOnly);
        other.execute_batch("ROLLBACK").unwrap();
        acted
    }

    /// The events that stand in the outbox.
    fn events(&self) -> Vec<Vec<u8>> {
        let db = Connection::open(self.folder.path().join("siaga.db")).unwrap();
        let mut statement = db.prepare("SELECT event FROM outbox ORDER BY event").unwrap();
        let events = statement.query_map([], |row| row.get(0)).unwrap();
        events.map(Result::unwrap).collect()
    }

    /// Signs for everything until nothing waits; gives the envelopes by incident and event, which are the same in each attempt.
    fn deliver(&self) -> BTreeMap<(String, String), Value> {
        let mut arrived: BTreeMap<(String, String), Value> = BTreeMap::new();
        for _ in 0..600 {
            for process in [&self.first, &self.second] {
                while let Some((request, done)) = process.wires.take("/v1/incidents/") {
                    if request.body.bytes().is_empty() {
                        done(Err(siaga::Failure::TimedOut));
                        continue;
                    }
                    let envelope: Value = serde_json::from_slice(request.body.bytes()).unwrap();
                    let text = |field: &str| envelope[field].as_str().unwrap().to_owned();
                    let before = arrived.insert((text("incident"), text("event")), envelope.clone());
                    assert!(before.is_none_or(|before| before == envelope), "INV-4: {envelope}");
                    done(self.keys.receipt(&request));
                }
                process.watch.advance(1_000);
                process.siaga.wake().unwrap();
            }
            if self.events().is_empty() && self.first.siaga.snapshot().waiting.is_empty() {
                return arrived;
            }
        }
        panic!("still waiting: {:?}", self.first.siaga.snapshot().waiting);
    }
}

/// How many presses the escalations of an incident tell of, and how many creates it has.
fn presses_of(arrived: &BTreeMap<(String, String), Value>, incident: IncidentId) -> (usize, u64) {
    let own = || arrived.iter().filter(|((id, _), _)| *id == incident.to_string()).map(|(_, envelope)| envelope);
    let creates = own().filter(|envelope| envelope["kind"] == "sos").count();
    (creates, own().filter_map(|envelope| envelope["body"]["presses"].as_u64()).sum())
}

#[test]
fn rows_that_were_born_in_memory_take_no_place_of_another_process_and_all_presses_arrive_inv_13() {
    let pair = Pair::new();
    // An escalation that leaves, and a draft that grows.
    let ours = pair.first_without_the_disk(|first| {
        let sos = first.sos();
        let _ = first.presses(3);
        sos
    });
    let theirs = pair.second.sos();
    let _ = pair.second.presses(4);
    let before = pair.events();
    assert_eq!(before.len(), 3, "a create, an escalation in flight, and a draft");
    pair.first.siaga.resume().unwrap();
    assert_eq!(pair.first.siaga.snapshot().store, StoreHealth::Durable);
    let after = pair.events();
    assert_eq!(after.len(), 6);
    assert!(before.iter().all(|event| after.contains(event)), "a row of the other process is gone");
    let arrived = pair.deliver();
    assert_eq!(presses_of(&arrived, ours), (1, 3));
    assert_eq!(presses_of(&arrived, theirs), (1, 4));
}

#[test]
fn the_end_of_a_delivery_in_memory_takes_no_row_of_another_process_inv_3() {
    let pair = Pair::new();
    let ours = pair.first_without_the_disk(|first| {
        let sos = first.sos();
        let (request, done) = first.wires.take("/v1/incidents/").unwrap();
        done(pair.keys.receipt(&request));
        sos
    });
    let theirs = pair.second.sos();
    let before = pair.events();
    pair.first.siaga.resume().unwrap();
    assert_eq!((before.len(), pair.events()), (1, before), "it has no receipt yet");
    let snapshot = pair.first.siaga.snapshot();
    assert!(snapshot.incident(ours).unwrap().receipt.is_some());
    assert!(snapshot.incident(theirs).unwrap().receipt.is_none());
    assert_eq!(presses_of(&pair.deliver(), theirs), (1, 0));
}

#[test]
fn presses_in_memory_do_not_go_into_a_draft_that_another_process_sends_meanwhile_inv_2() {
    let pair = Pair::new();
    let sos = pair.first.sos();
    // One leaves at once, the next waits in the store as a draft that both know.
    let _ = pair.first.presses(2);
    pair.second.watch.advance(5 * BETWEEN_PRESSES_MS);
    let _ = pair.first_without_the_disk(|first| first.presses(2));
    for _ in 0..30 {
        pair.second.watch.advance(1_000);
        pair.second.siaga.wake().unwrap();
    }
    let arrived = pair.deliver();
    assert_eq!(presses_of(&arrived, sos), (1, 4));
}

#[test]
fn presses_that_two_processes_counted_apart_count_together_inv_13() {
    let pair = Pair::new();
    let counted = pair.first_without_the_disk(|first| first.presses(1));
    assert!(matches!(counted, PressAnswer::Counted { presses: 1, .. }));
    pair.second.watch.advance(BETWEEN_PRESSES_MS);
    assert!(matches!(pair.second.presses(1), PressAnswer::Counted { presses: 1, .. }));
    pair.first.watch.advance(BETWEEN_PRESSES_MS);
    assert!(matches!(pair.first.presses(1), PressAnswer::Triggered { .. }));
}

#[test]
fn without_randomness_two_processes_in_the_same_millisecond_never_make_the_same_id_inv_4() {
    let (keys, folder) = (Keys::new(), tempfile::tempdir().unwrap());
    let none = |ports: &mut Ports| ports.entropy = Arc::new(NoEntropy);
    let first = Process::open(&keys, folder.path(), none);
    first.watch.advance(1);
    let second = Process::open(&keys, folder.path(), |ports| {
        none(ports);
        // It begins a millisecond later, and from then on both read the same.
        ports.clock = Arc::<Watch>::clone(&first.watch);
    });
    let report = || siaga::Report { category: "fire".to_owned(), text: "smoke".to_owned(), ..Default::default() };
    let mut ids = Vec::new();
    for _ in 0..3 {
        for process in [&first, &second, &first, &second] {
            // In the end both have seen the same, after as many steps.
            process.siaga.resume().unwrap();
        }
        ids.extend([&first, &second].map(|process| process.siaga.submit(report()).unwrap()));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[test]
fn a_third_press_that_could_not_reach_the_disk_of_the_first_two_is_an_sos_when_it_can_inv_13() {
    let pair = Pair::new();
    assert!(matches!(pair.second.presses(2), PressAnswer::Counted { presses: 2, .. }));
    pair.first.watch.advance(2 * BETWEEN_PRESSES_MS);
    let third = pair.first_without_the_disk(|first| first.presses(1));
    assert!(matches!(third, PressAnswer::Counted { presses: 1, .. }), "it cannot know better");

    assert_eq!(pair.first.siaga.next_wake().map(|wake| wake.in_ms), Some(500));
    pair.first.watch.advance(500);
    pair.first.siaga.wake().unwrap();
    let [sos] = &pair.first.siaga.snapshot().incidents[..] else { panic!("no SOS") };
    let arrived = pair.deliver();
    assert_eq!(presses_of(&arrived, sos.id), (1, 0));
    let (create, _) = arrived.iter().find(|((incident, event), _)| incident == event).unwrap();
    assert_eq!(arrived[create]["body"]["trigger"]["presses"], 3);
    assert_eq!(arrived[create]["body"]["trigger"]["span_ms"], 600);
}

/// An SOS that the second process cancelled and that is history by now, of which the first one has not heard.
fn sos_that_is_history(pair: &Pair) -> IncidentId {
    let sos = pair.first.sos();
    let _ = pair.deliver();
    let _ = pair.second.siaga.cancel(CancelAuth::None).unwrap();
    let (cancel, done) = pair.second.wires.take("/v1/incidents/").unwrap();
    done(pair.keys.receipt(&cancel));
    pair.second.watch.advance(2 * 3_600_000);
    pair.second.siaga.wake().unwrap();
    assert_eq!(pair.second.siaga.snapshot().incidents, []);
    assert_eq!(pair.second.siaga.history(9).unwrap()[0].state, IncidentState::Cancelled);
    sos
}

#[test]
fn an_sos_that_another_process_cancelled_is_not_open_again_by_a_step_in_memory_inv_13() {
    let pair = Pair::new();
    let sos = sos_that_is_history(&pair);
    pair.first_without_the_disk(|first| {
        first.siaga.location(LocationReport::Unable(NoFix::PermissionDenied)).unwrap();
    });
    pair.first.siaga.resume().unwrap();
    assert_eq!(pair.first.siaga.snapshot().store, StoreHealth::Durable);
    assert_eq!(pair.first.siaga.snapshot().incident(sos), None);
    // Presses are a new emergency, not more of the one that is over.
    assert_ne!(pair.first.sos(), sos);
}

#[test]
fn presses_in_memory_of_an_sos_that_is_history_arrive_and_it_stays_cancelled_inv_2() {
    let pair = Pair::new();
    let sos = sos_that_is_history(&pair);
    let _ = pair.first_without_the_disk(|first| first.presses(2));
    pair.first.siaga.resume().unwrap();
    let arrived = pair.deliver();
    assert_eq!(presses_of(&arrived, sos), (0, 2));
    let snapshot = pair.first.siaga.snapshot();
    let shown = snapshot.incident(sos).unwrap();
    assert_eq!((shown.state, shown.evidence.records), (IncidentState::Cancelled, 2));
}

#[test]
fn an_sos_in_memory_is_due_by_the_clock_of_the_database_that_replaced_its_own_inv_2() {
    let pair = Pair::new();
    // Its clock is eight hours ahead of that of a database that begins now.
    pair.first.watch.advance(8 * 3_600_000);
    pair.first.siaga.wake().unwrap();
    let sos = pair.first_without_the_disk(Process::sos);
    pair.second.siaga.close().unwrap();
    for name in ["siaga.db", "siaga.db-wal", "siaga.db-shm"] {
        let _ = std::fs::remove_file(pair.folder.path().join(name));
    }
    let same_phone = |ports: &mut Ports| ports.clock = Arc::<Watch>::clone(&pair.first.watch);
    let third = Process::open(&pair.keys, pair.folder.path(), same_phone);
    pair.first.siaga.resume().unwrap();
    assert_eq!(pair.first.siaga.snapshot().store, StoreHealth::Durable);
    // Whoever claimed it may be gone: its lease ends within half a minute, and another one sends it.
    pair.first.watch.advance(60_000);
    third.siaga.wake().unwrap();
    assert!(third.wires.take(&format!("/v1/incidents/{sos}")).is_some());
}

#[test]
fn a_draft_that_another_process_discarded_does_not_come_back_from_memory_inv_13() {
    let pair = Pair::new();
    let [kept, gone] = [1, 2].map(|_| pair.first.siaga.draft(siaga::Report::default()).unwrap());
    let _ = pair.first_without_the_disk(Process::sos);
    pair.second.siaga.discard(gone).unwrap();
    pair.first.siaga.resume().unwrap();
    let snapshot = pair.first.siaga.snapshot();
    assert_eq!(snapshot.store, StoreHealth::Durable);
    assert!(snapshot.incident(kept).is_some() && snapshot.incident(gone).is_none(), "{:?}", snapshot.incidents);
}
