//! Time passes: from one happening to the next, in their order.

use siaga::Siaga;

use crate::coverage::Checker;
use crate::world::World;

/// So many wake-ups at one moment are a loop that turns without time: a phone's battery would be empty by evening.
const MOST_AT_ONCE: u32 = 100;

impl World {
    /// Lets so many milliseconds pass, with all that happens in them.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until_ms = self.time.now_ms() + ms;
        let mut at_once = 0;
        while !self.is_over() {
            let now_ms = self.time.now_ms();
            let air_ms = self.air.next_ms();
            let wake = self.next_wake();
            let next_ms = [air_ms, wake.map(|(at_ms, ..)| at_ms)].into_iter().flatten().min();
            let Some(next_ms) = next_ms.filter(|next_ms| *next_ms <= until_ms) else { break };
            at_once = if next_ms > now_ms { 0 } else { at_once };
            self.time.reach(next_ms);
            match (self.air.due(next_ms.max(now_ms)), wake) {
                (Some(what), _) => self.happen(what),
                (None, Some((_, phone, slot))) => {
                    at_once += 1;
                    self.wake(phone, slot);
                }
                (None, None) => {}
            }
            if at_once > MOST_AT_ONCE {
                let next = wake.and_then(|(_, phone, slot)| self.bare_call(phone, slot, Siaga::next_wake)).flatten();
                return self.broken(Checker::Inv6, format!("{MOST_AT_ONCE} wake-ups at one moment: {next:?}"));
            }
        }
        self.time.reach(until_ms);
    }

    /// The process that wants to be woken first, and when.
    fn next_wake(&mut self) -> Option<(u64, usize, usize)> {
        let now_ms = self.time.now_ms();
        let mut first: Option<(u64, usize, usize)> = None;
        for (index, phone) in self.phones.iter().enumerate().filter(|(_, phone)| !phone.asleep) {
            for (slot, process) in phone.processes.iter().enumerate().filter(|(_, process)| !process.suspended) {
                let wake = phone.disk.run_as(process.id, || process.siaga.next_wake());
                let at_ms = wake.map(|wake| now_ms.saturating_add(wake.in_ms));
                if let Some(at_ms) = at_ms.filter(|at_ms| first.is_none_or(|(known, ..)| *at_ms < known)) {
                    first = Some((at_ms, index, slot));
                }
            }
        }
        first
    }

    /// Rings a process awake.
    pub(crate) fn wake(&mut self, phone: usize, slot: usize) {
        if let Some(Err(error)) = self.call(phone, slot, Siaga::wake) {
            self.broken(Checker::Inv2, format!("a wake-up failed: {error}"));
        }
    }

    /// The phone sleeps: time passes, and nothing of it runs.
    pub(crate) fn sleep(&mut self, phone: usize, ms: u64) {
        self.set_asleep(phone, true);
        self.pass(ms);
        self.set_asleep(phone, false);
        self.deliver_late();
        for slot in 0..self.phones.get(phone).map_or(0, |phone| phone.processes.len()) {
            self.wake(phone, slot);
        }
    }

    /// What came for sleepers reaches them.
    pub(crate) fn deliver_late(&mut self) {
        for what in std::mem::take(&mut self.late) {
            self.happen(what);
        }
    }

    fn set_asleep(&mut self, phone: usize, asleep: bool) {
        if let Some(phone) = self.phones.get_mut(phone) {
            phone.asleep = asleep;
        }
    }
}
