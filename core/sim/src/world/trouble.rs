//! What goes wrong with a phone: its processes, its power, its disk, its clocks.

use std::sync::Arc;

use siaga::{Siaga, Source};

use crate::coverage::Fault;
use crate::disk::{Action, SimDisk};
use crate::network::ProcessId;
use crate::phone::Phone;
use crate::script::Input;
use crate::storage::{self, HeldLock};
use crate::world::World;

/// An operation after which an armed blow strikes at the latest: a press takes some ten, an opening some hundred.
const LATEST_OPERATION: u64 = 150;

impl World {
    pub(crate) fn kill(&mut self, phone: usize, slot: usize) {
        let Some((disk, id)) = self.place(phone, slot) else { return };
        if self.dice.percent(25) {
            disk.kill(id);
            let _ = self.bury();
            return;
        }
        let after = self.blow();
        disk.at_operation(id, after, Action::Kill);
    }

    pub(crate) fn cut_power(&mut self, phone: usize, slot: usize) {
        let Some((disk, id)) = self.place(phone, slot) else { return };
        if self.dice.percent(25) {
            let _ = disk.power_cut(self.dice.rng());
            let _ = self.bury();
            return;
        }
        let (after, dice) = (self.blow(), self.dice.rng().fork());
        disk.at_operation(id, after, Action::PowerCut(dice));
    }

    /// When an armed blow strikes: mostly within the next step.
    fn blow(&mut self) -> u64 {
        if self.dice.percent(70) { self.dice.between(1, 30) } else { self.dice.between(1, LATEST_OPERATION) }
    }

    pub(crate) fn reboot(&mut self, phone: usize) {
        self.coverage.fired(Fault::Reboot, 1);
        self.close_all(phone);
        let off_ms = self.dice.between(1_000, 3_600_000);
        self.pass(off_ms);
        if let Some(phone) = self.phones.get_mut(phone) {
            phone.clock.reboot();
        }
        self.ensure_running(phone);
    }

    pub(crate) fn restart(&mut self, phone: usize, slot: usize) {
        self.close(phone, slot);
        self.ensure_running(phone);
    }

    /// Closes a process in good order.
    pub(crate) fn close(&mut self, phone: usize, slot: usize) {
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return };
        // What a failing close leaves is what a killed process leaves.
        let _ = self.bare_call(phone, slot, Siaga::close);
        self.settle();
        let _ = self.bury();
        let Some((_, slot)) = self.find(id) else { return };
        let Some(phone) = self.phones.get_mut(phone) else { return };
        let process = phone.processes.remove(slot);
        let (id, disk) = (process.id, phone.disk.clone());
        let _ = disk.disarm(id);
        disk.run_as(id, || drop(process));
        self.air.forget(id);
        self.ledger.died(id);
    }

    pub(crate) fn close_all(&mut self, phone: usize) {
        while self.has(phone, 0) {
            self.close(phone, 0);
        }
    }

    pub(crate) fn suspend(&mut self, phone: usize, slot: usize) {
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return };
        if self.call(phone, slot, Siaga::prepare_suspend).is_none() {
            return;
        }
        self.coverage.fired(Fault::Suspended, 1);
        self.set_suspended(id, true);
        let ms = self.dice.between(100, 600_000);
        self.pass(ms);
        self.set_suspended(id, false);
        let Some((phone, slot)) = self.find(id) else { return };
        // A press wakes it as well as the platform does.
        if self.dice.percent(50) {
            let _ = self.press(phone, slot);
        } else {
            let _ = self.call(phone, slot, Siaga::resume);
        }
        self.deliver_late();
    }

    fn set_suspended(&mut self, id: ProcessId, suspended: bool) {
        let mut processes = self.phones.iter_mut().flat_map(|phone| &mut phone.processes);
        if let Some(process) = processes.find(|process| process.id == id) {
            process.suspended = suspended;
        }
    }

    pub(crate) fn set_wall_clock(&mut self, phone: usize) {
        const YEAR_MS: u64 = 365 * 86_400_000;
        self.coverage.fired(Fault::WallJump, 1);
        let ahead = i64::try_from(self.dice.between(0, 10 * YEAR_MS)).unwrap_or(0);
        let back = i64::try_from(self.dice.between(0, YEAR_MS)).unwrap_or(0);
        let offset_ms = if self.dice.percent(50) { ahead } else { -back };
        if let Some(phone) = self.phones.get(phone) {
            phone.clock.set_wall_offset(offset_ms);
        }
    }

    pub(crate) fn toggle_full(&mut self, phone: usize) {
        if let Some(phone) = self.phones.get(phone) {
            phone.disk.set_full(!phone.disk.is_full());
        }
    }

    pub(crate) fn fail(&mut self, phone: usize, what: Input) {
        let times = self.dice.between(1, 4);
        let Some(disk) = self.phones.get(phone).map(|phone| phone.disk.clone()) else { return };
        if what == Input::FailSyncs {
            disk.fail_syncs(times);
        } else if what == Input::FailWrites {
            disk.fail_writes(times);
        } else {
            disk.fail_reads(times);
        }
    }

    /// A page of the database is damaged. What was promised and has not arrived may be on it.
    pub(crate) fn corrupt(&mut self, phone: usize) {
        let Some(disk) = self.phones.get(phone).map(|phone| phone.disk.clone()) else { return };
        if disk.corrupt_page(self.dice.rng()) {
            self.coverage.fired(Fault::CorruptPage, 1);
            self.ledger.loosen(phone, 0);
            if let Some(phone) = self.phones.get_mut(phone) {
                (phone.damaged, phone.was_damaged) = (true, true);
            }
        }
    }

    pub(crate) fn toggle_second(&mut self, phone: usize) {
        if self.has(phone, 1) {
            let slot = self.any_slot(phone);
            self.close(phone, slot);
        } else {
            self.start(phone);
            if self.has(phone, 1) {
                self.coverage.fired(Fault::SecondProcess, 1);
            }
        }
    }

    /// The second process will press, look or wake in the middle of the first one's next steps.
    pub(crate) fn interleave(&mut self, phone: usize) {
        if !self.has(phone, 1) {
            self.start(phone);
        }
        let (Some((disk, first)), Some(second)) = (self.place(phone, 0), self.process(phone, 1)) else { return };
        // Weak: a process that has died meanwhile is not kept by what it would have done.
        let (siaga, id) = (Arc::downgrade(&second.siaga), second.id);
        let presses = self.dice.percent(50);
        let other = disk.clone();
        let heard = Arc::clone(&self.overheard);
        let act = move || {
            let Some(siaga) = siaga.upgrade() else { return };
            let answer = other.run_as(id, || {
                if presses {
                    Some(siaga.press(Source::Widget))
                } else {
                    let _ = siaga.wake();
                    None
                }
            });
            heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((id, answer));
        };
        let after = self.dice.between(1, 25);
        disk.at_operation(first, after, Action::Run(Box::new(act)));
    }

    /// Presses while another process keeps the lock: an SOS goes on in memory (INV-2).
    pub(crate) fn press_under_lock(&mut self, phone: usize, slot: usize) {
        let Some(disk) = self.phones.get(phone).map(|phone| phone.disk.clone()) else { return };
        let lock = HeldLock::take(&disk);
        if lock.is_some() {
            self.coverage.fired(Fault::LockHeld, 1);
        }
        for _ in 0..self.dice.between(1, 4) {
            let _ = self.press(phone, slot);
            self.pass(100);
        }
        drop(lock);
    }

    /// The storage is copied to a second phone, and both go on.
    pub(crate) fn clone_phone(&mut self, phone: usize) {
        if self.phones.len() > 1 {
            return;
        }
        let Some(image) = self.phones.get(phone).map(|phone| phone.disk.image()) else { return };
        self.coverage.fired(Fault::Clone, 1);
        self.has_twins = true;
        let number = u32::try_from(self.phones.len()).unwrap_or(1);
        self.phones.push(Phone::new(number, SimDisk::from_image(&image), &self.time, &mut self.dice));
    }

    /// The first time a backup is taken; later it comes back, and what was promised since may be gone.
    pub(crate) fn rewind(&mut self, phone: usize) {
        let now_ms = self.time.now_ms();
        let backup = self.phones.get_mut(phone).and_then(|phone| phone.backup.take());
        let Some((taken_ms, image)) = backup else {
            if let Some(phone) = self.phones.get_mut(phone) {
                phone.backup = Some((now_ms, phone.disk.image()));
            }
            return;
        };
        self.coverage.fired(Fault::Rewind, 1);
        self.close_all(phone);
        self.count_disk_faults(phone);
        self.has_twins = true;
        self.ledger.loosen(phone, taken_ms);
        if let Some(phone) = self.phones.get_mut(phone) {
            phone.plug_in(SimDisk::from_image(&image));
            phone.clock.reboot();
        }
    }

    /// The app is replaced by an older one: to it, the database is from the future.
    pub(crate) fn downgrade(&mut self, phone: usize) {
        self.close_all(phone);
        let Some(disk) = self.phones.get(phone).map(|phone| phone.disk.clone()) else { return };
        let marked = storage::look(&disk, |conn| conn.execute_batch("PRAGMA user_version = 99"));
        if marked.is_some() {
            self.coverage.fired(Fault::Downgraded, 1);
        }
        self.ensure_running(phone);
    }

    pub(crate) fn toggle_entropy(&mut self, phone: usize) {
        if let Some(phone) = self.phones.get(phone) {
            let dry = !phone.is_dry();
            phone.set_dry(dry);
            if dry {
                self.coverage.fired(Fault::NoEntropy, 1);
            }
        }
    }

    fn place(&self, phone: usize, slot: usize) -> Option<(SimDisk, u32)> {
        let phone = self.phones.get(phone)?;
        Some((phone.disk.clone(), phone.processes.get(slot)?.id))
    }
}
