//! The chain of evidence at the end of a run (INV-4): what was captured is at the centre byte for byte, each thing with the hash of
//! the one before.

use siaga::{EvidenceView, Siaga};
use siaga_vault::{Evidence, Finding, Root, StoredEvent};

use crate::coverage::Checker;
use crate::world::World;

impl World {
    /// What nobody changed is never called changed. And where nothing was refused, and no record says that it was made in memory, all
    /// of it is there without a gap or a fork, up to the record that the phone remembers.
    pub(crate) fn judge_evidence(&mut self) {
        // Of two phones with one memory, and of rows that went with a damaged page, nothing can be proven.
        if self.has_twins || self.phones.iter().any(|phone| phone.was_damaged) {
            return;
        }
        let judged = Evidence::of(
            self.centre.events().filter(|(_, _, stored)| !stored.twin).map(|(incident, event, stored)| StoredEvent {
                incident,
                event,
                bytes: &stored.body,
            }),
        );
        let parked = (0..self.phones.len()).any(|phone| self.anything_parked(phone));
        for evidence in &judged {
            self.coverage.judged(Checker::Inv4);
            let changed = |finding: &Finding| matches!(finding, Finding::Changed { .. });
            let is_changed = evidence.records.findings.iter().any(changed) || evidence.root == Root::Changed;
            if is_changed || (!parked && evidence.records.marked == 0 && !evidence.is_whole()) {
                let ids: Vec<&String> = evidence.envelopes.keys().collect();
                self.broken(Checker::Inv4, format!("the evidence of {ids:?} does not hold: {evidence}"));
            }
        }
        if !parked {
            self.judge_remembered_records(&judged);
        }
    }

    /// The newest record has no successor: the phone itself remembers it.
    fn judge_remembered_records(&mut self, judged: &[Evidence]) {
        for phone in 0..self.phones.len() {
            let Some(snapshot) = self.bare_call(phone, 0, Siaga::snapshot) else { continue };
            for incident in snapshot.incidents.iter().filter(|incident| incident.pending == 0) {
                let id = incident.id.to_string();
                let of = judged.iter().find(|evidence| evidence.envelopes.contains_key(&id));
                let records = of.map(|evidence| &evidence.records);
                if records.is_some_and(|records| records.marked > 0) {
                    continue;
                }
                let here = EvidenceView {
                    records: records.and_then(|records| records.newest).unwrap_or(0),
                    newest: records.and_then(|records| records.heads.first()).map(|head| head.to_string()),
                };
                self.coverage.judged(Checker::Inv4);
                if here != incident.evidence {
                    let remembered = &incident.evidence;
                    self.broken(Checker::Inv4, format!("{id} ends with {here:?}, the phone remembers {remembered:?}"));
                }
            }
        }
    }
}
