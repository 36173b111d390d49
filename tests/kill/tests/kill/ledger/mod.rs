//! What the phones of one folder have promised, and what they may have done without saying so.

mod open;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use siaga::{FileId, IncidentId};
use siaga_kill_tests::{Act, Told};

use crate::city::WINDOW_MS;
use open::{New, Open};

/// Presses that make an SOS.
const NEEDED: u32 = 3;

/// What an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Sos,
    Report,
}

/// Whether an SOS was called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// Nobody asked for it.
    Never,
    /// Whoever asked for it died before the answer.
    PerhapsOff,
    /// Promised.
    Off,
}

/// One incident that the phones spoke of.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) what: What,
    /// Whether somebody was told that it was made; else it was first heard of by what was done with it.
    pub(crate) made: bool,
    /// The most presses that were promised.
    pub(crate) presses: u32,
    /// Presses beyond the trigger that were answered, or may have been counted.
    pub(crate) raised: u32,
    pub(crate) called: Called,
    /// So often words were added.
    pub(crate) notes: u32,
    pub(crate) receipted: bool,
}

impl Promise {
    const fn of(what: What, made: bool) -> Self {
        Self { what, made, presses: NEEDED, raised: 0, called: Called::Never, notes: 0, receipted: false }
    }

    /// The most presses that the centre can know of.
    pub(crate) const fn most_presses(&self) -> u32 {
        NEEDED + self.raised
    }
}

/// Everything that was said over one folder.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) promises: BTreeMap<IncidentId, Promise>,
    /// Files that were promised, each with its incident.
    pub(crate) files: BTreeMap<FileId, IncidentId>,
    /// At most so many SOS may be at the centre that nobody was told of.
    pub(crate) perhaps_sos: u32,
    /// At most so many reports.
    pub(crate) perhaps_reports: u32,
    /// At most so many notes.
    pub(crate) perhaps_notes: u32,
    /// Drafts that were promised and that nobody has submitted yet, as far as somebody was told. Each is a report in the end.
    drafts: BTreeSet<IncidentId>,
    /// How often the phone said "in memory": it may have delivered that, and forgotten it when it died.
    pub(crate) in_memory: u32,
    /// Promises that contradict each other.
    pub(crate) complaints: Vec<String>,
    open: Open,
    /// At most so many presses stand.
    standing: u32,
    /// So many stand for certain, as long as the window that began then at the earliest.
    counted: Option<(u8, Instant)>,
    /// Whether one phone alone is at work: then its lines have an order.
    alone: bool,
    began: Instant,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            promises: BTreeMap::new(),
            files: BTreeMap::new(),
            perhaps_sos: 0,
            perhaps_reports: 0,
            perhaps_notes: 0,
            drafts: BTreeSet::new(),
            in_memory: 0,
            complaints: Vec::new(),
            open: Open::Nothing,
            standing: 0,
            counted: None,
            alone: true,
            began: Instant::now(),
        }
    }

    /// A life begins.
    pub(crate) fn begins(&mut self, alone: bool, slept: bool) {
        self.alone = alone;
        self.began = Instant::now();
        if slept || !alone {
            self.counted = None;
        }
    }

    /// A phone said something.
    pub(crate) fn heard(&mut self, told: &Told, at: Instant) {
        match told {
            Told::Counted(presses) => self.counts(*presses, at),
            Told::Triggered(incident) => self.triggered(*incident),
            Told::Escalated(incident, presses) => self.escalated(*incident, *presses),
            Told::Cancelled(incident) => self.cancelled(*incident),
            Told::NothingOpen => self.nothing_open("said that nothing is open"),
            Told::Reported(incident) if self.drafts.remove(incident) => {}
            Told::Reported(incident) => self.reported(*incident),
            Told::Drafted(incident) => {
                self.reported(*incident);
                let _ = self.drafts.insert(*incident);
            }
            Told::Noted(incident) => {
                if let Some(promise) = self.promises.get_mut(incident) {
                    promise.notes += 1;
                } else {
                    self.perhaps_notes += 1;
                }
            }
            Told::Attached(incident, file) => {
                if self.files.insert(*file, *incident).is_some() {
                    self.complain(format!("the file {file} was made twice"));
                }
            }
            Told::InMemory(told) => self.in_memory(told),
            Told::Receipted(incident) => {
                if let Some(promise) = self.promises.get_mut(incident) {
                    promise.receipted = true;
                }
            }
            Told::Opened
            | Told::Asks(_)
            | Told::Declined
            | Told::Delivered { .. }
            | Told::Durable
            | Told::Closing
            | Told::Closed => {}
        }
    }

    /// A phone died, and the last that it said was that it is about to do this.
    pub(crate) fn died_asking(&mut self, act: Act) {
        match act {
            Act::Press => self.perhaps_pressed(),
            Act::Cancel => self.perhaps_cancelled(),
            Act::Report | Act::Draft => self.perhaps_reports += 1,
            Act::Note => self.perhaps_notes += 1,
            Act::Submit | Act::Attach | Act::Video | Act::Deliver { .. } | Act::Durable | Act::Stay => {}
        }
    }

    fn reported(&mut self, incident: IncidentId) {
        if self.promises.insert(incident, Promise::of(What::Report, true)).is_some() {
            self.complain(format!("{incident} was made twice"));
        }
    }

    fn counts(&mut self, presses: u8, at: Instant) {
        if self.alone || !matches!(self.open, Open::Sos(_)) {
            self.nothing_open("counted a press");
        }
        self.standing = self.standing.max(presses.into());
        if !self.alone {
            return;
        }
        self.standing = presses.into();
        let fresh = (presses, self.began);
        self.counted = match self.counted {
            None => (presses == 1).then_some(fresh),
            Some((_, since)) if at - since >= Duration::from_millis(WINDOW_MS.into()) => {
                (presses == 1).then_some(fresh)
            }
            Some((before, since)) => {
                if presses <= before {
                    self.complain(format!("{before} presses stood, and one more made {presses}"));
                }
                Some((presses, since))
            }
        };
    }

    fn triggered(&mut self, incident: IncidentId) {
        match self.open {
            // The second phone's line came first.
            Open::Sos(known) if known == incident && !self.alone => {}
            Open::Sos(_) | Open::Nothing | Open::Perhaps { .. } => self.nothing_open("made another SOS"),
        }
        let promise = self.promises.entry(incident).or_insert(Promise::of(What::Sos, false));
        if promise.made {
            self.complaints.push(format!("{incident} was made twice"));
        }
        promise.made = true;
        self.opened(incident);
    }

    fn escalated(&mut self, incident: IncidentId, presses: u32) {
        self.is_open(incident, "raised");
        let (alone, unheard) = (self.alone, self.unheard());
        let promise = self.promises.entry(incident).or_insert(unheard);
        if alone && presses <= promise.presses {
            self.complaints.push(format!("{incident} had {} presses, and one more made {presses}", promise.presses));
        }
        promise.presses = promise.presses.max(presses);
        promise.raised += 1;
        self.opened(incident);
    }

    fn cancelled(&mut self, incident: IncidentId) {
        self.is_open(incident, "called off");
        let unheard = self.unheard();
        self.promises.entry(incident).or_insert(unheard).called = Called::Off;
        self.open = Open::Nothing;
        self.forget_presses();
    }

    /// An SOS that nobody was told of: it may have been raised before it is first heard of.
    const fn unheard(&self) -> Promise {
        Promise { raised: self.standing, ..Promise::of(What::Sos, false) }
    }

    /// What the phone itself calls "in memory" may be lost with it, and may have been delivered.
    fn in_memory(&mut self, told: &Told) {
        self.in_memory += 1;
        match told {
            Told::Reported(_) | Told::Drafted(_) => self.perhaps_reports += 1,
            Told::Noted(_) => self.perhaps_notes += 1,
            Told::Cancelled(_) => self.perhaps_cancelled(),
            Told::Counted(_) | Told::Triggered(_) | Told::Escalated(..) => self.pressed_in_memory(),
            Told::Opened
            | Told::Asks(_)
            | Told::NothingOpen
            | Told::Attached(..)
            | Told::Declined
            | Told::InMemory(_)
            | Told::Receipted(_)
            | Told::Delivered { .. }
            | Told::Durable
            | Told::Closing
            | Told::Closed => {}
        }
    }

    fn opened(&mut self, incident: IncidentId) {
        self.open = Open::Sos(incident);
        self.forget_presses();
    }

    fn forget_presses(&mut self) {
        self.standing = 0;
        self.counted = None;
    }

    fn complain(&mut self, what: String) {
        self.complaints.push(what);
    }

    fn perhaps_cancelled(&mut self) {
        self.open = match self.open {
            Open::Nothing => Open::Nothing,
            Open::Sos(incident) => {
                self.called(incident, Called::PerhapsOff);
                Open::Perhaps { old: Some(incident), new: New::No }
            }
            Open::Perhaps { old, new: New::No } => Open::Perhaps { old, new: New::No },
            Open::Perhaps { old, new: New::Perhaps | New::PerhapsCancelled } => {
                Open::Perhaps { old, new: New::PerhapsCancelled }
            }
        };
        // Either nothing was open, and the presses stand, or they do not.
    }

    fn called(&mut self, incident: IncidentId, called: Called) {
        if let Some(promise) = self.promises.get_mut(&incident) {
            promise.called = called;
        }
    }
}
