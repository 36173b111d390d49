//! Calling a process: as itself, on its own disk, and judged afterwards. A process that died in a call is buried, and nobody
//! hears its answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use siaga::Siaga;

use crate::coverage::{Checker, Fault};
use crate::ledger::Bond;
use crate::network::Sent;
use crate::phone::Process;
use crate::world::World;

impl World {
    /// Calls one process; `None` when there is no such process, or when it died in the call.
    pub(crate) fn call<R>(&mut self, phone: usize, slot: usize, what: impl FnOnce(&Siaga) -> R) -> Option<R> {
        let id = self.process(phone, slot)?.id;
        let answer = self.bare_call(phone, slot, what)?;
        self.settle();
        let _ = self.bury();
        let (phone, slot) = self.find(id)?;
        self.judge_step(phone, slot);
        Some(answer)
    }

    /// Calls without looking at what came of it.
    pub(crate) fn bare_call<R>(&mut self, phone: usize, slot: usize, what: impl FnOnce(&Siaga) -> R) -> Option<R> {
        let (disk, id, siaga) = {
            let phone = self.phones.get(phone)?;
            let process = phone.processes.get(slot)?;
            (phone.disk.clone(), process.id, Arc::clone(&process.siaga))
        };
        self.steps += 1;
        let answer = disk.run_as(id, || catch_unwind(AssertUnwindSafe(|| what(&siaga))));
        self.coverage.judged(Checker::Inv11);
        match answer {
            Ok(answer) => Some(answer),
            Err(_) => {
                self.broken(Checker::Inv11, "a call panicked (the panic's own words stand on standard error)");
                None
            }
        }
    }

    /// Starts a process on a phone, or does nothing when it has as many as it may have.
    pub(crate) fn start(&mut self, phone: usize) {
        let start_ms = self.dice.between(30, 900);
        self.pass(start_ms);
        self.last_process += 1;
        let id = self.last_process;
        let Some(of) = self.phones.get_mut(phone) else { return };
        let started = catch_unwind(AssertUnwindSafe(|| of.start(id, &self.config)));
        self.steps += 1;
        self.coverage.judged(Checker::Inv11);
        match started {
            Ok(Ok(Some(process))) => {
                of.processes.push(process);
                self.tell(|| format!("phone {phone} starts process {id}"));
                self.settle();
                let _ = self.bury();
                if let Some((phone, slot)) = self.find(id) {
                    self.judge_step(phone, slot);
                    self.reconcile(phone, slot);
                }
                self.learn_meter(id);
                if let Some((phone, slot)) = self.find(id) {
                    self.take_up_copies(phone, slot);
                }
            }
            Ok(Ok(None)) => {
                self.tell(|| format!("process {id} of phone {phone} died in its opening"));
                self.mourn(phone);
            }
            Ok(Err(error)) => self.broken(Checker::Inv2, format!("a process cannot open: {error}")),
            Err(_) => self.broken(Checker::Inv11, "opening panicked"),
        }
    }

    /// Whether this process lives.
    pub(crate) fn has(&self, phone: usize, slot: usize) -> bool {
        self.phones.get(phone).is_some_and(|phone| slot < phone.processes.len())
    }

    /// How far a promise of this process binds right now.
    pub(crate) fn bond(&mut self, phone: usize, slot: usize) -> Bond {
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return Bond::Loose };
        if self.phones.get(phone).is_some_and(|phone| phone.damaged) {
            return Bond::Loose;
        }
        match self.bare_call(phone, slot, Siaga::snapshot) {
            Some(snapshot) if snapshot.store != siaga::StoreHealth::InMemoryOnly => Bond::Firm,
            Some(_) => Bond::Volatile(id),
            None => Bond::Loose,
        }
    }

    pub(crate) fn process(&self, phone: usize, slot: usize) -> Option<&Process> {
        self.phones.get(phone)?.processes.get(slot)
    }

    /// Takes what the processes handed to the network, judges it, and lets it fly.
    pub(crate) fn settle(&mut self) {
        self.hear();
        let lines: Vec<_> = self
            .phones
            .iter()
            .flat_map(|phone| phone.processes.iter().map(|process| (process.id, process.line.clone())))
            .collect();
        for (id, line) in lines {
            if line.take_renewal() {
                self.break_connections(id);
            }
            let sent: Vec<Sent> = line.take();
            for sent in sent {
                self.judge_sent(&sent);
                self.launch(sent);
            }
        }
    }

    /// Buries the processes that have died; says whether there were any.
    pub(crate) fn bury(&mut self) -> bool {
        let mut buried = false;
        for index in 0..self.phones.len() {
            let Some(phone) = self.phones.get_mut(index) else { continue };
            let disk = phone.disk.clone();
            let (dead, alive) = std::mem::take(&mut phone.processes).into_iter().partition(|p| disk.is_dead(p.id));
            phone.processes = alive;
            let dead: Vec<Process> = dead;
            for process in dead {
                let id = process.id;
                let _ = disk.disarm(id);
                disk.run_as(id, || drop(process));
                self.air.forget(id);
                self.ledger.died(id);
                self.coverage.fired(Fault::Kill, 1);
                self.tell(|| format!("process {id} of phone {index} is dead"));
                buried = true;
            }
            self.mourn(index);
        }
        buried
    }

    /// After a power cut the phone starts again.
    fn mourn(&mut self, phone: usize) {
        let number = phone;
        let Some(phone) = self.phones.get_mut(phone) else { return };
        let cuts = phone.disk.power_cuts();
        if cuts > phone.cuts_seen {
            self.coverage.fired(Fault::PowerCut, cuts - phone.cuts_seen);
            phone.cuts_seen = cuts;
            phone.clock.reboot();
            let fired = phone.disk.fired();
            self.tell(|| format!("the power of phone {number} was cut: {fired:?}"));
        }
    }
}
