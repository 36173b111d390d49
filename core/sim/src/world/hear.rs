//! What a second process did in the middle of a step of the first one, heard after that step.

use std::sync::{Arc, Mutex, PoisonError};

use siaga::{Error, PressAnswer};

use crate::coverage::{Checker, Fault};
use crate::ledger::{Bond, What};
use crate::network::ProcessId;
use crate::world::World;

/// Answers to presses, by process; `None` when it only woke.
pub(crate) type Overheard = Arc<Mutex<Vec<(ProcessId, Option<Result<PressAnswer, Error>>)>>>;

impl World {
    /// Takes what was overheard into the ledger.
    pub(crate) fn hear(&mut self) {
        let heard = std::mem::take(&mut *self.overheard.lock().unwrap_or_else(PoisonError::into_inner));
        for (process, answer) in heard {
            self.coverage.fired(Fault::Interleaved, 1);
            let Some(answer) = answer else { continue };
            self.ledger.pressed();
            let Some((phone, slot)) = self.find(process) else {
                self.ledger.call_was_not_heard();
                continue;
            };
            let bond = self.bond(phone, slot);
            self.note_memory(phone, slot);
            match answer {
                Ok(answer) => self.promise_press(phone, bond, answer),
                Err(error) => self.broken(Checker::Inv2, format!("a press in a second process was refused: {error}")),
            }
        }
    }

    /// Notes that a press was answered from memory, if it was.
    pub(crate) fn note_memory(&mut self, phone: usize, slot: usize) {
        if self.process(phone, slot).is_some_and(|process| process.platform.is_in_memory()) {
            self.ledger.was_in_memory();
        }
    }

    /// Notes what the answer to a press promises.
    pub(crate) fn promise_press(&mut self, phone: usize, bond: Bond, answer: PressAnswer) {
        match answer {
            PressAnswer::Triggered { incident } => {
                self.promise(phone, bond, What::Sos { incident });
                self.promise(phone, bond, What::Presses { incident, presses: super::citizen::NEEDED.into() });
            }
            PressAnswer::Escalated { incident, presses } => {
                self.promise(phone, bond, What::Presses { incident, presses });
            }
            PressAnswer::Counted { .. } | PressAnswer::TooSoon | PressAnswer::SourceOff => {}
        }
    }
}
