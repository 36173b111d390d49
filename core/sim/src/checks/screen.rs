//! What the screen says after a step: INV-6 (an SOS without receipt has a wake-up within a minute), INV-7 (words follow state),
//! INV-3 (a receipt is the centre's), INV-12 (silence about people).

use siaga::{FileState, Happening, IncidentState, IncidentView, Kind, Siaga, Snapshot, StoreHealth};

use crate::coverage::Checker;
use crate::world::{REGISTERED_MESSAGE, World};

/// INV-6.
const SOS_WAIT_LIMIT_MS: u64 = 60_000;

impl World {
    /// Judges a process after a call.
    pub(crate) fn judge_step(&mut self, phone: usize, slot: usize) {
        self.judge_notes(phone, slot);
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return };
        let Some(snapshot) = self.bare_call(phone, slot, Siaga::snapshot) else { return };
        self.settle();
        let _ = self.bury();
        let Some((phone, slot)) = self.find(id) else { return };
        if self.phones.get(phone).is_some_and(|phone| phone.damaged) {
            self.ledger.loosen(phone, 0);
        } else if snapshot.store != StoreHealth::InMemoryOnly {
            self.ledger.is_durable(id, self.time.now_ms());
        }
        self.judge_wake(phone, slot, &snapshot);
        for incident in &snapshot.incidents {
            self.judge_words(incident);
        }
    }

    fn judge_wake(&mut self, phone: usize, slot: usize, snapshot: &Snapshot) {
        if self.process(phone, slot).is_some_and(|process| process.suspended) {
            return;
        }
        let Some(wake) = self.bare_call(phone, slot, Siaga::next_wake) else { return };
        let unreceipted =
            |incident: &&IncidentView| incident.kind == Kind::Sos && !incident.drill && incident.receipt.is_none();
        let idle = snapshot.incidents.is_empty()
            && snapshot.waiting.is_empty()
            && snapshot.button.presses == 0
            && snapshot.store == StoreHealth::Durable;
        // Of what is over, a row that went with a damaged page is not made anew.
        let may_lack_rows = self.phones.get(phone).is_some_and(|phone| phone.was_damaged);
        let waits = |sos: &&IncidentView| unreceipted(sos) && (!may_lack_rows || sos.state == IncidentState::Recorded);
        if let Some(sos) = snapshot.incidents.iter().find(waits) {
            self.coverage.judged(Checker::Inv6);
            if wake.is_none_or(|wake| wake.in_ms > SOS_WAIT_LIMIT_MS) {
                self.broken(Checker::Inv6, format!("SOS {} has no receipt, and the next wake-up is {wake:?}", sos.id));
            }
        } else if idle && let Some(wake) = wake.filter(|wake| wake.in_ms > 0) {
            self.coverage.judged(Checker::Inv6);
            // Keys that are being fetched, and the last poll of an incident that the screen has just dropped.
            if !matches!(wake.reason, siaga::WakeReason::Keys | siaga::WakeReason::Timeline) {
                self.broken(Checker::Inv6, format!("nothing waits, and there is a wake-up: {wake:?}"));
            }
        }
    }

    fn judge_words(&mut self, incident: &IncidentView) {
        let id = incident.id.to_string();
        for entry in &incident.timeline {
            match &entry.what {
                Happening::Recorded | Happening::LeftThePhone => {}
                Happening::CentreHasIt => self.judge_receipt(&id, incident),
                Happening::Step { n, step, .. } => {
                    self.coverage.judged(Checker::Inv7);
                    if !self.centre.steps_of(&id).iter().any(|known| known.n == *n && known.step == *step) {
                        self.broken(Checker::Inv7, format!("the screen says {step:?} of {id}, the centre never did"));
                    }
                }
            }
        }
        for file in incident.files.iter().filter(|file| matches!(file.state, FileState::Confirmed { .. })) {
            self.coverage.judged(Checker::Inv3);
            let standing = self.standing_for(&id);
            if self.centre.uploads().confirmed(&standing, &file.id.to_string()).is_none() {
                self.broken(Checker::Inv3, format!("the screen says that the centre has the file {}", file.id));
            }
        }
        if incident.state == IncidentState::Active && incident.receipt.is_none() {
            self.broken(Checker::Inv7, format!("{id} is active without a receipt"));
        }
    }

    fn judge_receipt(&mut self, id: &str, incident: &IncidentView) {
        self.coverage.judged(Checker::Inv3);
        let stored = self.centre.event(id, id);
        if stored.is_none_or(|stored| incident.receipt.as_ref() != Some(&stored.receipt)) {
            self.broken(
                Checker::Inv3,
                format!("the screen says that the centre has {id}, and it has not signed for it"),
            );
        }
    }

    /// INV-12: notes name no text, no position and no secret.
    fn judge_notes(&mut self, phone: usize, slot: usize) {
        let Some(platform) = self.process(phone, slot).map(|process| std::sync::Arc::clone(&process.platform)) else {
            return;
        };
        for note in platform.take_notes() {
            let text = format!("{note:?}");
            self.tell(|| format!("phone {phone}.{slot} notes {text}"));
            self.coverage.judged(Checker::Inv12);
            if matches!(note, siaga::ports::Note::WentOnInMemory { .. }) {
                self.ledger.went_on_in_memory();
            }
            if let siaga::ports::Note::SetAside { why } = &note
                && why != "newer 99"
            {
                // What was promised between the damage and its discovery may be on the damaged page.
                self.ledger.loosen(phone, 0);
                if let Some(phone) = self.phones.get_mut(phone) {
                    phone.damaged = false;
                }
            }
            if [REGISTERED_MESSAGE, "RAHASIA", "-6.98", "110.41"].iter().any(|private| text.contains(private)) {
                self.broken(Checker::Inv12, format!("a note speaks of the citizen: {text}"));
            }
        }
    }
}
