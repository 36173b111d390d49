//! Which SOS is open, as far as can be told from what was said: a phone that died before it answered may have made one, or
//! called one off.

use siaga::IncidentId;

use crate::ledger::{Called, Ledger, NEEDED, What};

/// Which SOS is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// None.
    Nothing,
    /// This one.
    Sos(IncidentId),
    /// One of these, or none.
    Perhaps {
        /// It was open, and whoever called it off died before the answer.
        old: Option<IncidentId>,
        /// One that nobody was told of.
        new: New,
    },
}

/// An SOS that nobody was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum New {
    /// There is none.
    No,
    /// There may be one, and then it is open.
    Perhaps,
    /// There may be one, and it may have been called off.
    PerhapsCancelled,
}

impl Ledger {
    /// An answer that is only given while no SOS is open.
    pub(super) fn nothing_open(&mut self, answer: &str) {
        match self.open {
            Open::Nothing => {}
            Open::Sos(open) => self.complain(format!("the phone {answer} although {open} was open")),
            Open::Perhaps { old, new } => {
                if let Some(old) = old {
                    self.called(old, Called::Off);
                }
                self.was_not_made(new);
            }
        }
        self.open = Open::Nothing;
    }

    /// An answer that is only given while this SOS is open.
    pub(super) fn is_open(&mut self, incident: IncidentId, done: &str) {
        match self.open {
            Open::Sos(open) if open == incident => {}
            Open::Sos(open) => self.complain(format!("{incident} was {done} although {open} was open")),
            // The lines of two phones have no order: the one that made it may be heard later.
            Open::Nothing if !self.alone => {}
            Open::Nothing => self.complain(format!("{incident} was {done} although nothing was open")),
            Open::Perhaps { old, new } if old == Some(incident) => {
                self.called(incident, Called::Never);
                self.was_not_made(new);
            }
            Open::Perhaps { new: New::No, .. } if self.alone => {
                self.complain(format!("{incident} was {done}, and nobody can have made it"));
            }
            Open::Perhaps { old, new: New::No | New::Perhaps | New::PerhapsCancelled } => {
                if let Some(old) = old {
                    self.called(old, Called::Off);
                }
            }
        }
    }

    /// A press that was not answered: it may have been counted, and it may have been the third.
    pub(super) fn perhaps_pressed(&mut self) {
        self.counted = self.counted.filter(|_| self.alone);
        match self.open {
            Open::Sos(open) => self.perhaps_raised(open),
            Open::Nothing => self.perhaps_made(None, New::No),
            Open::Perhaps { old, new } => {
                if let Some(old) = old {
                    self.perhaps_raised(old);
                }
                self.perhaps_made(old, new);
            }
        }
        self.perhaps_made_what_the_other_phone_spoke_of();
    }

    /// The other phone spoke of an SOS that nobody was told of: the one that died made it, with a press that it never answered.
    fn perhaps_made_what_the_other_phone_spoke_of(&mut self) {
        let nobodys = self.promises.values().filter(|promise| promise.what == What::Sos && !promise.made).count();
        if !self.alone && usize::try_from(self.perhaps_sos).is_ok_and(|most| most < nobodys) {
            self.perhaps_sos += 1;
        }
    }

    /// A press that only lives in memory. What it made may be delivered although the disk never knows of it.
    pub(super) fn pressed_in_memory(&mut self) {
        self.counted = None;
        self.standing += 1;
        self.open = match self.open {
            Open::Sos(open) => {
                self.perhaps_raised(open);
                Open::Sos(open)
            }
            Open::Nothing => self.perhaps_made_in_memory(None),
            Open::Perhaps { old, .. } => self.perhaps_made_in_memory(old),
        };
    }

    const fn perhaps_made_in_memory(&mut self, old: Option<IncidentId>) -> Open {
        self.perhaps_sos += 1;
        Open::Perhaps { old, new: New::PerhapsCancelled }
    }

    fn perhaps_made(&mut self, old: Option<IncidentId>, new: New) {
        self.standing += 1;
        let makes = self.standing >= NEEDED && new != New::Perhaps;
        self.perhaps_sos += u32::from(makes);
        let new = if makes { New::Perhaps } else { new };
        let none = old.is_none() && new == New::No;
        self.open = if none { Open::Nothing } else { Open::Perhaps { old, new } };
    }

    fn perhaps_raised(&mut self, incident: IncidentId) {
        if let Some(promise) = self.promises.get_mut(&incident) {
            promise.raised += 1;
        }
    }

    /// The SOS that may have been made would be open now, and is not.
    fn was_not_made(&mut self, new: New) {
        match new {
            New::No | New::PerhapsCancelled => {}
            New::Perhaps => self.perhaps_sos = self.perhaps_sos.saturating_sub(1),
        }
    }
}
