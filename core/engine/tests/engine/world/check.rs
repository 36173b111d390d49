//! What holds after every step, whatever happened.

use serde_json::Value;
use siaga_engine::clock::T;
use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::{Content, Counts, Kind, Lane, Row, Slot};
use siaga_engine::{Engine, SOS_WAIT_LIMIT_MS, Waits, WakeReason};
use siaga_vault::Digest;

use super::World;

/// What the engine may remember.
const STATE_LIMIT_BYTES: usize = 64 * 1024;
/// More wake-ups than this at one moment are a loop.
const MOST_SPINS: u32 = 20;

impl World {
    /// Everything, in one place.
    #[track_caller]
    pub(crate) fn check(&mut self) {
        self.check_wake();
        self.check_counts();
        self.check_reasons();
        self.check_bytes();
        self.check_parked();
        self.steps += 1;
        if self.steps.is_multiple_of(self.read_every) {
            let save = self.engine.save();
            let state: Value = serde_json::from_slice(&save).unwrap();
            self.check_save(&save);
            self.check_pending(&state);
            self.check_claims(&state);
        }
    }

    /// A wake-up that is due has to bring something on.
    #[track_caller]
    pub(super) fn check_spinning(&mut self, woke: bool) {
        let t = self.t();
        let spins = if woke && self.spins.0 == t { self.spins.1 + 1 } else { 0 };
        self.spins = (t, spins);
        assert!(spins <= MOST_SPINS, "the engine wakes again and again at {t:?}: {:?}", self.wake);
    }

    /// The state is bounded, and comes back as it was.
    #[track_caller]
    fn check_save(&self, save: &[u8]) {
        assert!(save.len() <= STATE_LIMIT_BYTES, "the state has {} bytes", save.len());
        let restored = Engine::restore(self.rules.clone(), save, None).expect("a state can be read");
        assert_eq!(String::from_utf8_lossy(&restored.save()), String::from_utf8_lossy(save));
    }

    /// INV-6: an SOS that waits is looked at within a minute; and no row waits without a wake-up (F22, F30, F32).
    #[track_caller]
    fn check_wake(&self) {
        let t = self.t();
        let waits = |row: &&Row| row.slot.lane().is_some() && !row.slot.is_aside();
        let waiting: Vec<&Row> = self.outbox.rows().filter(waits).collect();
        assert!(waiting.is_empty() || self.wake.is_some(), "INV-6: a row waits and nothing wakes: {waiting:?}");
        for row in waiting.iter().filter(|row| row.slot.lane() == Some(Lane::Sos)) {
            let wake = self.wake.unwrap();
            assert!(wake.at.since(t) <= SOS_WAIT_LIMIT_MS, "INV-6: an SOS waits until {wake:?}, now is {t:?}");
            assert!(row.slot.due().since(t) <= SOS_WAIT_LIMIT_MS, "INV-6: an SOS is not due before {:?}", row.slot);
            assert_ne!(wake.reason, WakeReason::SosUnreceipted, "the plan knows why it wakes");
        }
    }

    /// How many rows there are by lane and by incident.
    pub(crate) fn counts(&self) -> Counts {
        self.outbox.rows().collect()
    }

    /// The counts that a screen shows are those of the outbox (INV-7).
    #[track_caller]
    fn check_counts(&self) {
        let snapshot = self.snapshot();
        for lane in Lane::ALL {
            let shown = snapshot.waiting.iter().find(|view| view.lane == lane);
            let rows = self.outbox.rows().filter(|row| row.slot.lane() == Some(lane)).count();
            assert_eq!(shown.map_or(0, |view| view.rows) as usize, rows, "rows in lane {lane:?}");
            let in_flight = shown.map_or(0, |view| view.in_flight) as usize;
            // What a platform keeps for another network holds nothing up. The first attempt of an SOS waits for nothing.
            let kept = usize::from(lane == Lane::Media);
            let is_new = |row: &&Row| lane == Lane::Sos && row.slot.lane() == Some(lane) && row.attempt <= 1;
            let most = kept + lane.in_flight_limit() + self.outbox.rows().filter(is_new).count();
            assert!(in_flight <= most, "{in_flight} in flight in lane {lane:?}");
        }
        let parked = self.outbox.rows().filter(|row| row.slot.lane().is_none() && !row.slot.is_draft()).count();
        assert_eq!(snapshot.parked as usize, parked, "parked rows");
    }

    /// Each lane says what its rows wait for, and until when (F32).
    #[track_caller]
    fn check_reasons(&self) {
        for view in self.snapshot().waiting {
            let waits_for_time = !matches!(view.waits, None | Some(Waits::ForResume | Waits::ForUnmetered));
            let said = view.waits.is_some() && view.next_in_ms.is_some() == waits_for_time;
            assert!(said, "F32: rows wait for no reason: {view:?}");
            let limit_ms = match (view.lane, view.waits) {
                (Lane::Sos, _) => SOS_WAIT_LIMIT_MS,
                (_, Some(Waits::ForOffer)) => 86_400_000,
                _ => 3_600_000,
            };
            assert!(view.next_in_ms <= Some(limit_ms), "{view:?}");
        }
    }

    /// Each incident knows how many of its rows wait.
    #[track_caller]
    fn check_pending(&self, state: &Value) {
        for incident in state["incidents"].as_array().unwrap() {
            let ids: Vec<IncidentId> = [&incident["id"], &incident["replaces"]]
                .into_iter()
                .filter_map(|id| id.as_str().map(|text| text.parse().unwrap()))
                .collect();
            let own = |row: &&Row| row.slot.lane().is_some() && ids.contains(&row.incident);
            let rows = self.outbox.rows().filter(own).count();
            // No rows are not saved.
            let pending = incident.get("pending").map_or(Some(0), Value::as_u64);
            assert!(pending == Some(rows as u64), "{rows} rows of {incident}");
        }
    }

    /// Every claim is of a row that stands where the claim says, with the same attempt, and ends.
    #[track_caller]
    fn check_claims(&self, state: &Value) {
        for claim in state["claims"].as_array().unwrap() {
            let slot = Slot::from_number(claim["slot"].as_i64().unwrap());
            let row = self.outbox.rows().find(|row| row.slot == slot);
            let row = row.unwrap_or_else(|| panic!("no row at the slot of {claim}"));
            assert_eq!(claim["attempt"], row.attempt);
            assert_eq!(claim["row"]["event"], row.event.to_string());
            assert_eq!(slot.due(), T(claim["until"].as_u64().unwrap()));
        }
    }

    /// INV-4: bytes that were frozen once never change, and their digest is theirs.
    #[track_caller]
    fn check_bytes(&mut self) {
        for row in self.outbox.rows() {
            let known = self.frozen.get(&row.event);
            match (&row.content, known) {
                (Content::Frozen { bytes, .. }, Some(known)) => assert!(bytes == known, "INV-4: {row:?} changed"),
                (Content::Frozen { bytes, sha256 }, None) => {
                    assert_eq!(*sha256, Digest::of(bytes));
                    let _ = self.frozen.insert(row.event, bytes.clone());
                }
                (Content::Draft(_), Some(_)) => panic!("INV-4: {row:?} was frozen before"),
                (Content::Draft(_), None) if row.kind == Kind::File => {}
                (Content::Draft(_), None) => assert_eq!(row.attempt, 0, "what was claimed is frozen"),
            }
        }
    }

    /// INV-2: an SOS, its cancel and its escalations never park.
    #[track_caller]
    fn check_parked(&self) {
        for row in self.outbox.rows().filter(|row| row.slot.lane().is_none() && !row.slot.is_draft()) {
            let must_pass = match row.kind {
                Kind::Sos | Kind::Cancel | Kind::Escalation => !row.drill,
                Kind::Report | Kind::Fix | Kind::Manifest | Kind::Preview | Kind::File | Kind::Note => false,
            };
            assert!(!must_pass, "INV-2: {row:?} is parked");
        }
    }

    /// Whether the centre has this SOS, under its own id or under one that replaced it.
    pub(crate) fn arrived(&self, incident: &str) -> bool {
        self.centre.has(incident)
            || self.centre.stored.values().any(|(bytes, _)| {
                let envelope: Value = serde_json::from_slice(bytes).unwrap();
                envelope["body"]["replaces"] == incident
            })
    }

    /// Everything that was ever frozen is at the centre, or parked and kept, or still waits.
    #[track_caller]
    pub(crate) fn assert_nothing_lost(&self) {
        for event in self.frozen.keys() {
            let text = event.to_string();
            let kept = self.outbox.rows().any(|row| row.event == *event);
            let stored = self.centre.stored.keys().any(|(_, stored)| *stored == text);
            assert!(kept || stored || self.arrived(&text), "the event {text} is lost");
        }
    }
}
