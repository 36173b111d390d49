//! What leaves a process: INV-1 (durable first), INV-4 (bytes frozen), INV-5 (an SOS leaves in its own step), INV-8 (no
//! moment of the phone's own clocks leaves it), INV-7 (what the screen says to wait for another network does not leave).

use std::collections::btree_map::Entry;

use siaga::ports::Clock;
use siaga::{Lane, Method, PressAnswer, Siaga};
use siaga_vault::Digest;

use crate::coverage::Checker;
use crate::envelope::Envelope;
use crate::network::Sent;
use crate::world::World;

impl World {
    /// Judges one request at the moment of its handing over.
    pub(crate) fn judge_sent(&mut self, sent: &Sent) {
        let _ = self.left.insert(sent.request.path.clone());
        if sent.request.method != Method::Get {
            self.judge_durable_first(sent);
        }
        self.judge_meter(sent);
        if sent.request.method == Method::Put {
            self.judge_frozen(sent);
            self.judge_clocks(sent);
        }
    }

    /// INV-1: the claim of what a step sends is on the disk, unless the disk takes nothing and the step lives in memory.
    fn judge_durable_first(&mut self, sent: &Sent) {
        self.coverage.judged(Checker::Inv1);
        if sent.too_early {
            self.broken(Checker::Inv1, format!("{:?} left before its step was durable", sent.request));
        }
    }

    /// INV-4: an event says the same bytes for ever.
    fn judge_frozen(&mut self, sent: &Sent) {
        self.note_replacement(sent);
        let sha256 = Digest::of(sent.request.body.bytes());
        match self.sent.entry(sent.request.path.clone()) {
            Entry::Vacant(first) => {
                let _ = first.insert(sha256);
            }
            Entry::Occupied(known) => {
                let differs = *known.get() != sha256;
                self.coverage.judged(Checker::Inv4);
                if differs && !self.has_twins {
                    self.broken(Checker::Inv4, format!("{} was sent with other bytes than before", sent.request.path));
                }
            }
        }
    }

    /// An SOS whose id stands for other bytes at the centre goes on under another one.
    fn note_replacement(&mut self, sent: &Sent) {
        if sent.request.path.contains("/events/") {
            return;
        }
        let envelope = Envelope::of(sent.request.body.bytes());
        if let (Some(new), Some(old)) = (envelope.incident(), envelope.replaces()) {
            let _ = self.replaced.entry(old.to_owned()).or_default().insert(new.to_owned());
        }
    }

    /// INV-8: the name of a boot and the time since it stay on the phone.
    fn judge_clocks(&mut self, sent: &Sent) {
        let Some((phone, _)) = self.find(sent.process) else { return };
        let Some(reading) = self.phones.get(phone).map(|phone| phone.clock.now()) else { return };
        let body = String::from_utf8_lossy(sent.request.body.bytes());
        self.coverage.judged(Checker::Inv8);
        if body.contains(&reading.boot) {
            self.broken(Checker::Inv8, "the name of the boot left the phone");
        }
        let stated = Envelope::of(sent.request.body.bytes()).wall_ms();
        // Nobody sets a clock further back or ahead than the script does.
        let away_ms = stated.map_or(0, |stated| stated.abs_diff(self.time.true_wall_ms()));
        if away_ms > 11 * 365 * 86_400_000 {
            self.broken(Checker::Inv8, format!("{stated:?} is what no wall clock of the phone said"));
        }
    }

    /// INV-5: whatever waits or is parked, an SOS leaves in the step that makes it. `None` when the process died meanwhile.
    pub(crate) fn judge_press(
        &mut self,
        phone: usize,
        slot: usize,
        alone: bool,
        answer: &Result<PressAnswer, siaga::Error>,
    ) -> Option<()> {
        let process = self.process(phone, slot)?;
        let (id, line) = (process.id, process.line.clone());
        let dead = self.phones.get(phone)?.disk.is_dead(id);
        let sent = line.take();
        if let Ok(PressAnswer::Triggered { incident }) = answer
            && alone
            && !dead
        {
            self.coverage.judged(Checker::Inv5);
            let path = format!("/v1/incidents/{incident}");
            if !sent.iter().any(|sent| sent.request.path == path) {
                self.broken(Checker::Inv5, format!("{path} did not leave in the step of its third press"));
            }
        }
        for sent in sent {
            self.judge_sent(&sent);
            self.launch(sent);
        }
        (!dead).then_some(())
    }

    /// SOS in flight; more than one may fill the lane.
    pub(crate) fn sos_in_flight(&mut self, phone: usize, slot: usize) -> u32 {
        let snapshot = self.bare_call(phone, slot, Siaga::snapshot);
        self.settle();
        let in_flight = |lane: &siaga::LaneView| lane.in_flight;
        snapshot
            .map_or(0, |snapshot| snapshot.waiting.iter().filter(|lane| lane.lane == Lane::Sos).map(in_flight).sum())
    }

    /// The ids that stand for an incident: the one that it was promised with, the one that replaced it, and the one before.
    pub(crate) fn standing_for(&self, incident: &str) -> Vec<String> {
        let mut standing = vec![incident.to_owned()];
        standing.extend(self.replaced.get(incident).into_iter().flatten().cloned());
        standing.extend(self.replaced.iter().filter(|(_, new)| new.contains(incident)).map(|(old, _)| old.clone()));
        standing
    }

    /// The path of a create whose bytes a process of ours sent and the centre holds.
    pub(crate) fn create_arrived(&self, incident: &str) -> bool {
        self.standing_for(incident).iter().any(|id| self.centre.event(id, id).is_some_and(|stored| !stored.twin))
    }
}
