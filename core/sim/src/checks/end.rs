//! The end of a run, when everything works again and ten minutes have passed: what was promised is at the centre, once.

use std::collections::{BTreeMap, BTreeSet};

use siaga::{Siaga, Trouble, Waits};

use crate::coverage::Checker;
use crate::envelope::Envelope;
use crate::ledger::{Bond, Promise, What};
use crate::world::World;

/// INV-10: the engine's state.
const STATE_LIMIT_BYTES: i64 = 64 * 1024;
/// INV-10: at most one escalation in this time, for each incident.
const ESCALATION_GAP_MS: u64 = 5_000;

impl World {
    pub(crate) fn judge_end(&mut self) {
        for phone in 0..self.phones.len() {
            self.judge_restarts();
            self.judge_drained(phone);
            self.judge_size(phone);
        }
        for promise in self.ledger.all().to_vec() {
            self.judge_promise(&promise);
        }
        self.judge_presses();
        self.judge_nothing_made_up();
        self.judge_drafts();
        self.judge_escalations();
        self.judge_inherited();
        self.judge_evidence();
    }

    /// Nothing waits any more, unless the screen says that it was refused.
    fn judge_drained(&mut self, phone: usize) {
        let Some(snapshot) = self.call(phone, 0, Siaga::snapshot) else {
            return self.broken(Checker::Inv2, format!("phone {phone} has no process after healing"));
        };
        self.coverage.judged(Checker::Inv2);
        for lane in &snapshot.waiting {
            let refused = matches!(lane.trouble, Some(Trouble::Refused { .. }));
            let not_offered = lane.waits == Some(Waits::ForOffer) && !self.centre.takes_files();
            if !refused && !not_offered {
                self.broken(Checker::Inv2, format!("after ten minutes of health there still waits {lane:?}"));
            }
        }
    }

    fn judge_promise(&mut self, promise: &Promise) {
        if let What::Span { incident, span_ms } = &promise.what {
            return self.judge_span(&incident.to_string(), *span_ms);
        }
        if promise.bond != Bond::Firm {
            return;
        }
        self.coverage.judged(Checker::Inv1);
        match &promise.what {
            What::Sos { incident } => self.judge_create(&incident.to_string(), "sos", false),
            What::Drill { incident } if !self.anything_parked(promise.phone) => {
                self.judge_create(&incident.to_string(), "sos", true)
            }
            What::Report { incident } if !self.anything_parked(promise.phone) => {
                self.judge_create(&incident.to_string(), "report", false);
            }
            What::File { incident, file } => self.judge_file(promise.phone, *incident, *file),
            What::Cancel { incident } => self.judge_cancel(&incident.to_string()),
            What::Note { incident, text } if !self.anything_parked(promise.phone) => self.judge_note(*incident, text),
            What::Draft { .. } | What::Note { .. } => {}
            What::Drill { .. } | What::Report { .. } | What::Presses { .. } | What::Span { .. } => {}
        }
    }

    fn judge_create(&mut self, incident: &str, kind: &str, drill: bool) {
        let right = |body: &[u8]| {
            let envelope = Envelope::of(body);
            envelope.kind() == kind && envelope.is_drill() == drill
        };
        let standing = self.standing_for(incident);
        let arrived = standing.iter().filter_map(|id| self.centre.event(id, id)).any(|s| !s.twin && right(&s.body));
        if !arrived {
            let what = if drill { "drill" } else { kind };
            self.broken(Checker::Inv2, format!("{what} {incident} was promised, and never arrived"));
        }
    }

    fn judge_cancel(&mut self, incident: &str) {
        let of =
            |id: &String| self.centre.events_of(id).any(|(_, stored)| Envelope::of(&stored.body).kind() == "cancel");
        if !self.standing_for(incident).iter().any(of) {
            self.broken(Checker::Inv2, format!("the cancel of {incident} was promised, and never arrived"));
        }
    }

    /// INV-8: presses are counted on a clock that nobody can set.
    fn judge_span(&mut self, incident: &str, span_ms: u64) {
        let Some(stored) = self.centre.event(incident, incident).filter(|stored| !stored.twin) else { return };
        let stated = Envelope::of(&stored.body).span_ms();
        self.coverage.judged(Checker::Inv8);
        if stated != Some(span_ms) {
            self.broken(Checker::Inv8, format!("{incident}: the presses took {span_ms} ms, stated are {stated:?}"));
        }
    }

    /// Presses after the trigger are never swallowed, and never doubled.
    fn judge_presses(&mut self) {
        for (incident, promised) in self.ledger.firm_presses() {
            let standing = self.standing_for(&incident.to_string());
            let told: u64 = standing.iter().map(|id| self.presses_at_centre(id)).sum();
            // A row that told of some may have gone with a damaged page; the next one states all so far.
            let stated = standing.iter().map(|id| self.presses_stated(id)).max().unwrap_or(0);
            let arrived = if self.phones.iter().any(|phone| phone.was_damaged) { told.max(stated) } else { told };
            self.coverage.judged(Checker::Inv2);
            if arrived < u64::from(promised) {
                self.broken(
                    Checker::Inv2,
                    format!("{incident} was pressed {promised} times, the centre knows {arrived}"),
                );
            }
        }
        let inherited: BTreeSet<String> =
            self.inherited.iter().flat_map(|(incident, _)| self.standing_for(incident)).collect();
        let arrived: u64 = self
            .centre
            .created()
            .iter()
            .filter(|id| !inherited.contains(*id))
            .map(|id| self.presses_at_centre(id))
            .sum();
        let most = u64::from(self.ledger.most_presses());
        if arrived > most && !self.has_twins {
            self.broken(Checker::Inv4, format!("at most {most} presses were made, and the centre knows {arrived}"));
        }
    }

    fn presses_at_centre(&self, incident: &str) -> u64 {
        let own = self.centre.events_of(incident).filter(|(_, stored)| !stored.twin);
        own.map(|(_, stored)| Envelope::of(&stored.body).presses()).sum()
    }

    fn presses_stated(&self, incident: &str) -> u64 {
        let own = self.centre.events_of(incident).filter(|(_, stored)| !stored.twin);
        own.map(|(_, stored)| Envelope::of(&stored.body).presses_so_far()).max().unwrap_or(0)
    }

    /// INV-4: every incident at the centre is one that a citizen was told of, or whose answer nobody heard.
    fn judge_nothing_made_up(&mut self) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for promise in self.ledger.all() {
            if let What::Sos { incident } | What::Drill { incident } | What::Report { incident } = promise.what {
                known.extend(self.standing_for(&incident.to_string()));
            }
        }
        known.extend(self.submitted().map(|incident| incident.to_string()));
        known.extend(self.inherited.iter().flat_map(|(incident, _)| self.standing_for(incident)));
        let made_up: Vec<String> = self.centre.created().into_iter().filter(|id| !known.contains(id)).collect();
        self.coverage.judged(Checker::Inv4);
        let most = self.ledger.most_untold();
        if made_up.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            self.broken(
                Checker::Inv4,
                format!("the centre has {made_up:?}, which nobody asked for, at most {most} untold"),
            );
        }
    }

    /// INV-10: escalations are coalesced.
    fn judge_escalations(&mut self) {
        let mut spans: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
        for (incident, _, stored) in self.centre.events() {
            let envelope = Envelope::of(&stored.body);
            if envelope.kind() == "escalation" {
                let at_ms = envelope.since_trigger_ms();
                let (count, first, last) = spans.get(incident).copied().unwrap_or((0, at_ms, at_ms));
                let _ = spans.insert(incident.to_owned(), (count + 1, first.min(at_ms), last.max(at_ms)));
            }
        }
        let lives: u64 = self.phones.iter().map(|phone| u64::from(phone.lives)).sum();
        for (incident, (count, first, last)) in spans {
            self.coverage.judged(Checker::Inv10);
            // A death, a step in memory, or a platform that takes over may close a gap early.
            let early = self.left_early.get(&incident).copied().unwrap_or(0);
            if count > 2 + (last - first) / ESCALATION_GAP_MS + 2 * lives + early {
                let ms = last - first;
                self.broken(Checker::Inv10, format!("{incident} has {count} escalations within {ms} ms"));
            }
        }
    }

    /// INV-14: what an older version left in its queue is at the centre, byte for byte.
    fn judge_inherited(&mut self) {
        for (incident, event) in std::mem::take(&mut self.inherited) {
            self.coverage.judged(Checker::Inv14);
            // A page of it may be damaged, and a report may have been refused for good.
            let lost_allowed = self.phones.first().is_some_and(|phone| phone.was_damaged) || self.anything_parked(0);
            if self.centre.event(&incident, &event).is_none() && !lost_allowed {
                self.broken(Checker::Inv14, format!("{incident}/{event} of the older version never arrived"));
            }
        }
    }

    pub(super) fn anything_parked(&mut self, phone: usize) -> bool {
        self.bare_call(phone, 0, Siaga::snapshot).is_some_and(|snapshot| snapshot.parked > 0)
    }

    fn judge_size(&mut self, phone: usize) {
        let Some(disk) = self.phones.get(phone).map(|phone| phone.disk.clone()) else { return };
        let read = disk.look("SELECT length(state) FROM engine");
        self.coverage.judged(Checker::Inv10);
        if read.is_some_and(|bytes| bytes > STATE_LIMIT_BYTES) {
            self.broken(Checker::Inv10, format!("the engine's state has {read:?} bytes"));
        }
    }
}
