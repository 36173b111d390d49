//! What the citizen does, and what they are promised for it.

use std::collections::BTreeSet;

use siaga::ports::Clock;
use siaga::{
    CancelAuth, Error, FixReading, FixSource, IncidentId, IncidentState, IncidentView, Kind, LocationReport, NoFix,
    Press, PressAnswer, Radius, Report, Siaga, Source,
};

use crate::coverage::{Checker, Fault};
use crate::ledger::What;
use crate::world::World;

/// Presses that make an SOS, as the default configuration says.
pub(crate) const NEEDED: u8 = 3;
/// They must fall within this time, as the default configuration says.
const WINDOW_MS: u64 = 3_000;

impl World {
    /// Presses in quick succession. Whatever is broken, the citizen who can still press gets an SOS for it (INV-2).
    pub(crate) fn burst(&mut self, phone: usize) {
        // A finger that comes right after the press before is a bouncing contact.
        let gap_ms = self.dice.between(90, 400);
        self.pass(gap_ms);
        let presses = u64::from(NEEDED) + self.dice.between(0, 2);
        self.ensure_running(phone);
        let (boot, lives) = (self.boot(phone), self.lives(phone));
        let (mut moments, mut triggered, mut last, mut pressed_in) = (Vec::new(), false, None, BTreeSet::new());
        // Presses in two processes count together, unless neither can reach the disk that they share.
        let one_process = self.dice.percent(70);
        let mut shared_a_disk = true;
        let mut was_in_memory = self.is_in_memory(phone);
        let began_ms = self.since_boot_ms(phone);
        let gaps_ms: Vec<u64> = (1..presses).map(|_| self.dice.between(90, 900)).collect();
        // Now and then something is slow, and they come all together.
        let are_late = self.dice.percent(15);
        if are_late {
            self.coverage.fired(Fault::LateTouches, 1);
            self.pass(gaps_ms.iter().sum());
        }
        let mut touched_ms = began_ms;
        for gap_ms in std::iter::once(0).chain(gaps_ms) {
            if !are_late {
                self.pass(gap_ms);
            }
            self.ensure_running(phone);
            touched_ms = if are_late { touched_ms + gap_ms } else { self.since_boot_ms(phone) };
            let slot = if one_process { 0 } else { self.any_slot(phone) };
            shared_a_disk &= one_process || !self.is_in_memory(phone);
            let ago_ms = self.since_boot_ms(phone).saturating_sub(touched_ms);
            pressed_in.extend(self.process(phone, slot).map(|process| process.id));
            let Some(answer) = self.press_touched(phone, slot, ago_ms) else { return };
            was_in_memory |= self.is_in_memory(phone);
            if lives != self.lives(phone) || boot != self.boot(phone) {
                return;
            }
            match answer {
                // A press from before, or of another process, would make the span another one.
                PressAnswer::Counted { presses, .. } if usize::from(presses) == moments.len() + 1 => {
                    moments.push(touched_ms)
                }
                PressAnswer::Counted { .. } => moments.clear(),
                PressAnswer::Triggered { incident } => {
                    moments.push(touched_ms);
                    if !was_in_memory {
                        self.promise_span(phone, incident, &moments);
                    }
                    triggered = true;
                }
                PressAnswer::Escalated { .. } => triggered = true,
                PressAnswer::TooSoon | PressAnswer::SourceOff => {}
            }
            last = Some(answer);
        }
        // A disk that keeps a step waiting for seconds may let the first press fall out of the window.
        let took_ms = touched_ms.saturating_sub(began_ms);
        // What a process counted in memory dies with it.
        let one_died = pressed_in.iter().any(|id| self.find(*id).is_none());
        if one_died || !shared_a_disk || (self.is_in_memory(phone) && !one_process) || took_ms > WINDOW_MS {
            return;
        }
        self.coverage.judged(Checker::Inv2);
        // Presses that were counted apart are an SOS when they come together.
        if !triggered && !self.shows_open_sos(phone) && !self.is_over() {
            self.broken(Checker::Inv2, format!("{presses} presses in a row are no SOS: the last was {last:?}"));
        }
    }

    /// One press of just now; `None` when the process died in it, and nobody heard an answer.
    pub(crate) fn press(&mut self, phone: usize, slot: usize) -> Option<PressAnswer> {
        self.press_touched(phone, slot, 0)
    }

    fn press_touched(&mut self, phone: usize, slot: usize, ago_ms: u64) -> Option<PressAnswer> {
        let press = Press { source: Source::Screen, ago_ms: u32::try_from(ago_ms).unwrap_or(u32::MAX) };
        let id = self.process(phone, slot)?.id;
        self.ledger.pressed();
        let alone = self.sos_in_flight(phone, slot) == 0;
        if let Some(process) = self.phones.get_mut(phone).and_then(|phone| phone.processes.get_mut(slot)) {
            process.suspended = false;
        }
        let Some(answer) = self.bare_call(phone, slot, |siaga| siaga.press(press)) else {
            self.ledger.call_was_not_heard();
            return None;
        };
        let sent = self.judge_press(phone, slot, alone, &answer);
        self.settle();
        let _ = self.bury();
        let Some((phone, slot)) = sent.and_then(|()| self.find(id)) else {
            self.ledger.call_was_not_heard();
            return None;
        };
        self.judge_step(phone, slot);
        let Some((phone, slot)) = self.find(id) else {
            self.ledger.call_was_not_heard();
            return None;
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.broken(Checker::Inv2, format!("a press was refused: {error}"));
                return None;
            }
        };
        let bond = self.bond(phone, slot);
        self.note_memory(phone, slot);
        self.tell(|| format!("phone {phone}.{slot} pressed: {answer:?}, {bond:?}"));
        self.promise_press(phone, bond, answer);
        Some(answer)
    }

    fn promise_span(&mut self, phone: usize, incident: IncidentId, moments: &[u64]) {
        let alone = self.phones.get(phone).is_some_and(|phone| phone.processes.len() == 1);
        if moments.len() != usize::from(NEEDED) || !alone {
            return;
        }
        if let (Some(first), Some(last)) = (moments.first(), moments.last()) {
            let bond = crate::ledger::Bond::Loose;
            self.promise(phone, bond, What::Span { incident, span_ms: last - first });
        }
    }

    pub(crate) fn drill(&mut self, phone: usize, slot: usize) {
        match self.call(phone, slot, Siaga::drill) {
            Some(Ok(incident)) => {
                let bond = self.bond(phone, slot);
                self.tell(|| format!("drill {incident}, {bond:?}"));
                self.promise(phone, bond, What::Drill { incident });
            }
            Some(Err(Error::SosIsOpen { .. })) => {}
            // A commit that failed may stand after a restart.
            Some(Err(Error::Store { .. })) => self.ledger.call_was_not_heard(),
            Some(Err(error)) => self.broken(Checker::Inv11, format!("a drill gave {error}")),
            None => self.ledger.call_was_not_heard(),
        }
    }

    pub(crate) fn cancel(&mut self, phone: usize, slot: usize) {
        let auth = if self.dice.percent(50) { CancelAuth::None } else { CancelAuth::Code("4711".to_owned()) };
        match self.call(phone, slot, |siaga| siaga.cancel(auth)) {
            Some(Ok(incident)) => {
                let bond = self.bond(phone, slot);
                self.tell(|| format!("cancelled {incident}, {bond:?}"));
                self.promise(phone, bond, What::Cancel { incident });
            }
            Some(Err(Error::NothingOpen)) | None => {}
            Some(Err(error)) => self.broken(Checker::Inv2, format!("a cancel was refused: {error}")),
        }
    }

    pub(crate) fn report(&mut self, phone: usize, slot: usize) {
        let text = "lampu jalan mati ".repeat(usize::try_from(self.dice.between(0, 60)).unwrap_or(0));
        let report = Report { category: "street_light".to_owned(), text, ..Default::default() };
        match self.call(phone, slot, |siaga| siaga.submit(report)) {
            Some(Ok(incident)) => {
                let bond = self.bond(phone, slot);
                self.tell(|| format!("reported {incident}, {bond:?}"));
                self.promise(phone, bond, What::Report { incident });
            }
            Some(Err(Error::Report { .. })) => {}
            // A commit that failed may stand after a restart.
            Some(Err(Error::Store { .. })) => self.ledger.call_was_not_heard(),
            Some(Err(error)) => self.broken(Checker::Inv11, format!("a report gave {error}")),
            None => self.ledger.call_was_not_heard(),
        }
    }

    pub(crate) fn locate(&mut self, phone: usize, slot: usize) {
        if !self.phones.get(phone).is_some_and(|phone| phone.permitted) {
            let denied = LocationReport::Unable(NoFix::PermissionDenied);
            let _ = self.call(phone, slot, |siaga| siaga.location(denied));
            return;
        }
        for _ in 0..self.dice.between(1, 4) {
            // About Semarang; the last digits are what a note must not repeat (INV-12).
            let thousandth =
                |dice: &mut crate::dice::Dice| f64::from(u32::try_from(dice.between(0, 9_000)).unwrap_or(0)) / 1e6;
            let reading = FixReading {
                lat: -6.987 + thousandth(&mut self.dice),
                lon: 110.417 + thousandth(&mut self.dice),
                radius: self.dice.percent(80).then_some(Radius { m: 25.0, confidence: 0.68 }),
                altitude_m: None,
                speed_mps: Some(1.4),
                bearing_deg: None,
                source: FixSource::Fused,
                mock: false,
                age_ms: self.dice.between(0, 4_000),
                stated_wall_ms: Some(self.time.true_wall_ms()),
            };
            let _ = self.call(phone, slot, |siaga| siaga.location(LocationReport::Fix(reading)));
            let gap_ms = self.dice.between(500, 9_000);
            self.pass(gap_ms);
        }
    }

    pub(crate) fn withdraw_permission(&mut self, phone: usize, slot: usize) {
        self.coverage.fired(Fault::PermissionWithdrawn, 1);
        if let Some(phone) = self.phones.get_mut(phone) {
            phone.permitted = false;
        }
        self.locate(phone, slot);
    }

    /// Whether any process of a phone has steps in its memory alone.
    fn shows_open_sos(&mut self, phone: usize) -> bool {
        let is_open =
            |incident: &IncidentView| matches!(incident.state, IncidentState::Recorded | IncidentState::Active);
        let is_sos = |incident: &IncidentView| incident.kind == Kind::Sos && !incident.drill && is_open(incident);
        self.bare_call(phone, 0, Siaga::snapshot).is_some_and(|snapshot| snapshot.incidents.iter().any(is_sos))
    }

    fn is_in_memory(&self, phone: usize) -> bool {
        let in_memory = |process: &crate::phone::Process| process.platform.is_in_memory();
        self.phones.get(phone).is_some_and(|phone| phone.processes.iter().any(in_memory))
    }

    fn boot(&self, phone: usize) -> String {
        self.phones.get(phone).map(|phone| phone.clock.now().boot).unwrap_or_default()
    }

    fn since_boot_ms(&self, phone: usize) -> u64 {
        self.phones.get(phone).map_or(0, |phone| phone.clock.now().since_boot_ms)
    }

    fn lives(&self, phone: usize) -> u32 {
        self.phones.get(phone).map_or(0, |phone| phone.lives)
    }
}
