//! What the citizen writes: drafts of reports, and words that are added later.

use std::collections::BTreeSet;

use siaga::{Error, IncidentId, IncidentState, IncidentView, Report, ReportFault, Siaga, StoreHealth};

use crate::coverage::Checker;
use crate::envelope::Envelope;
use crate::ledger::What;
use crate::world::World;

/// A draft as the citizen knows it.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// What it may say: the last words that were kept, and any later ones whose answer nobody heard. `None` while nobody knows,
    /// since the citizen was never told that there is one.
    texts: Option<BTreeSet<String>>,
    /// Whether somebody tried to submit it.
    submitted: bool,
    /// Whether somebody tried to throw it away.
    discarded: bool,
}

impl Written {
    fn cannot_say(&self, text: &str) -> bool {
        self.texts.as_ref().is_some_and(|texts| !texts.contains(text))
    }
}

impl World {
    pub(crate) fn draft(&mut self, phone: usize, slot: usize) {
        let report = self.words();
        let text = report.text.clone();
        match self.call(phone, slot, |siaga| siaga.draft(report)) {
            Some(Ok(incident)) => {
                let bond = self.bond(phone, slot);
                self.tell(|| format!("drafted {incident}, {bond:?}"));
                let written = Written { texts: Some([text].into()), ..Written::default() };
                let _ = self.drafts.insert(incident, written);
                self.promise(phone, bond, What::Draft { incident });
            }
            Some(Err(Error::Report { fault: ReportFault::TooManyDrafts { .. } } | Error::Store { .. })) | None => {}
            Some(Err(error)) => self.broken(Checker::Inv11, format!("a draft gave {error}")),
        }
    }

    /// Goes on with one of the drafts on the screen.
    pub(crate) fn write(&mut self, phone: usize, slot: usize) {
        let Some(snapshot) = self.bare_call(phone, slot, Siaga::snapshot) else { return };
        self.settle();
        let is_draft = |incident: &&IncidentView| incident.state == IncidentState::Draft;
        let shown: Vec<IncidentId> = snapshot.incidents.iter().filter(is_draft).map(|incident| incident.id).collect();
        let Some(draft) = self.dice.pick(&shown).copied() else { return };
        if snapshot.store == StoreHealth::Durable {
            self.judge_kept(phone, slot, draft);
        }
        match self.dice.between(0, 9) {
            0..6 => self.edit(phone, slot, draft),
            6..9 => self.submit(phone, slot, draft),
            _ => self.discard(phone, slot, draft),
        }
    }

    fn edit(&mut self, phone: usize, slot: usize, draft: IncidentId) {
        let report = self.words();
        let text = report.text.clone();
        let edited = self.call(phone, slot, |siaga| siaga.edit(draft, report));
        self.tell(|| format!("edited {draft}: {edited:?}"));
        let written = self.drafts.entry(draft).or_default();
        if matches!(edited, Some(Ok(()))) {
            written.texts = Some([text].into());
        } else if let Some(texts) = &mut written.texts {
            let _ = texts.insert(text);
        }
        self.judge_writing(edited, "an edit");
    }

    fn submit(&mut self, phone: usize, slot: usize, draft: IncidentId) {
        self.drafts.entry(draft).or_default().submitted = true;
        let submitted = self.call(phone, slot, |siaga| siaga.submit_draft(draft));
        self.tell(|| format!("submitted {draft}: {submitted:?}"));
        if matches!(submitted, Some(Ok(_))) {
            let bond = self.bond(phone, slot);
            self.promise(phone, bond, What::Report { incident: draft });
        }
        self.judge_writing(submitted, "a submission");
    }

    fn discard(&mut self, phone: usize, slot: usize, draft: IncidentId) {
        self.drafts.entry(draft).or_default().discarded = true;
        let discarded = self.call(phone, slot, |siaga| siaga.discard(draft));
        self.tell(|| format!("discarded {draft}: {discarded:?}"));
        self.judge_writing(discarded, "a discarding");
    }

    /// To one of the incidents on the screen.
    pub(crate) fn add_note(&mut self, phone: usize, slot: usize) {
        let Some(snapshot) = self.bare_call(phone, slot, Siaga::snapshot) else { return };
        self.settle();
        let shown: Vec<IncidentId> = snapshot.incidents.iter().map(|incident| incident.id).collect();
        let Some(incident) = self.dice.pick(&shown).copied() else { return };
        let text = self.words().text;
        match self.call(phone, slot, |siaga| siaga.add_note(incident, &text)) {
            Some(Ok(())) => {
                let bond = self.bond(phone, slot);
                self.promise(phone, bond, What::Note { incident, text });
            }
            added => self.judge_writing(added, "a note"),
        }
    }

    /// What may come of writing: it is done, or nobody heard, or the disk takes nothing, or another process was there before.
    fn judge_writing<R>(&mut self, done: Option<Result<R, Error>>, what: &str) {
        match done {
            Some(Ok(_) | Err(Error::Report { .. } | Error::Store { .. })) | None => {}
            Some(Err(error)) => self.broken(Checker::Inv11, format!("{what} gave {error}")),
        }
    }

    /// INV-1: a draft says what it was last told to say.
    fn judge_kept(&mut self, phone: usize, slot: usize, draft: IncidentId) {
        if self.has_twins || self.phones.get(phone).is_some_and(|phone| phone.was_damaged) {
            return;
        }
        let Some(Ok(report)) = self.bare_call(phone, slot, |siaga| siaga.drafted(draft)) else { return };
        self.settle();
        self.coverage.judged(Checker::Inv1);
        let Some(written) = self.drafts.get(&draft) else { return };
        if written.cannot_say(&report.text) {
            self.broken(Checker::Inv1, format!("the draft {draft} does not say what it was told to say"));
        }
    }

    /// Nothing of a draft leaves that nobody submitted, and one that was submitted arrives as it was last edited.
    pub(crate) fn judge_drafts(&mut self) {
        let was_damaged = self.phones.iter().any(|phone| phone.was_damaged);
        let mut wrong = Vec::new();
        for (draft, written) in &self.drafts {
            let id = draft.to_string();
            let Some(stored) = self.centre.event(&id, &id).filter(|stored| !stored.twin) else { continue };
            self.coverage.judged(Checker::Inv4);
            let said = Envelope::of(&stored.body).said().unwrap_or_default().to_owned();
            if !written.submitted {
                wrong.push(format!("the draft {draft} was sent, and nobody had submitted it"));
            } else if !self.has_twins && !was_damaged && written.cannot_say(&said) {
                wrong.push(format!("the report {draft} arrived with other words than its last"));
            }
        }
        wrong.into_iter().for_each(|what| self.broken(Checker::Inv4, what));
    }

    pub(crate) fn judge_note(&mut self, incident: IncidentId, text: &str) {
        let of =
            |id: &String| self.centre.events_of(id).any(|(_, stored)| Envelope::of(&stored.body).said() == Some(text));
        let standing = self.standing_for(&incident.to_string());
        if self.create_arrived(&incident.to_string()) && !standing.iter().any(of) {
            self.broken(Checker::Inv2, format!("a note to {incident} was promised, and never arrived"));
        }
    }

    /// The drafts that somebody tried to submit.
    pub(crate) fn submitted(&self) -> impl Iterator<Item = &IncidentId> {
        self.drafts.iter().filter(|(_, written)| written.submitted).map(|(draft, _)| draft)
    }

    /// Whether somebody tried to submit a draft, or to throw it away.
    pub(crate) fn is_decided(&self, draft: IncidentId) -> bool {
        self.drafts.get(&draft).is_some_and(|written| written.submitted || written.discarded)
    }

    /// No two are the same; and none may stand in a note of the core (INV-12).
    fn words(&mut self) -> Report {
        let number = self.dice.between(0, u64::MAX - 1);
        let text = format!("RAHASIA {number} {}", "api di pasar ".repeat(usize::try_from(number % 40).unwrap_or(0)));
        Report { category: "fire".to_owned(), text, ..Report::default() }
    }
}
