//! Two engines become one: of a database that was set aside, or of a process that went on in memory while a second one wrote.

use siaga_vault::KeySet;

use super::Engine;
use crate::clock::Reading;
use crate::ids::IncidentId;
use crate::outbox::Counts;
use crate::snapshot::IncidentView;

impl Engine {
    /// The incidents of another engine that this one does not work on: new ones, or such as ended here and are history.
    #[must_use]
    pub fn strangers(&self, other: &Self) -> Vec<IncidentId> {
        let incidents = other.state.incidents.iter().map(|incident| incident.id);
        incidents.filter(|id| self.state.incident(*id).is_none()).collect()
    }

    /// Takes over the incidents of another engine. Of one that both know, the further of the two is kept: a receipt is never
    /// forgotten (INV-3). One that is history here is over, and comes back only while rows of it wait. Moments are moved from the
    /// other's persisted clock to this one's. `history` are the records of [`Engine::strangers`], and `counts` are those of the
    /// outbox with the rows of both.
    pub fn adopt(&mut self, other: &Self, at: &Reading, history: &[IncidentView], counts: &Counts) {
        let (ours, theirs) = (self.t(at), other.t(at));
        // Slots of ours do not meet those of its rows.
        self.state.serial = self.state.serial.max(other.state.serial);
        self.state.press.adopt(&other.state.press, (theirs, ours), &self.rules.press);
        if self.keys.as_ref().map(KeySet::serial) < other.keys.as_ref().map(KeySet::serial) {
            self.keys.clone_from(&other.keys);
        }
        // Whose reads are in flight cannot be told any more; asking twice costs little.
        self.state.reads.forget_in_flight();
        for incident in &other.state.incidents {
            let incident = incident.clone().moved(theirs, ours);
            if let Some(known) = self.state.incidents.iter_mut().find(|known| known.meets(&incident)) {
                known.learn(incident);
                continue;
            }
            match history.iter().find(|record| record.id == incident.id) {
                None => self.state.incidents.push(incident),
                Some(record) if counts.incidents.contains_key(&incident.id) => {
                    self.state.incidents.push(incident.ended_as(record, ours));
                }
                Some(_) => {}
            }
        }
        self.rebase(counts);
    }

    /// Forgets the drafts whose texts are not among these: a text stands in the store alone, and was discarded there.
    pub fn keep_drafts(&mut self, texts: &[IncidentId]) {
        self.state.incidents.retain(|incident| !incident.is_draft() || texts.contains(&incident.id));
    }

    /// What the network costs the platform has told the other one last.
    pub fn follow_meter(&mut self, other: &Self) {
        self.state.metered = other.state.metered;
    }
}
