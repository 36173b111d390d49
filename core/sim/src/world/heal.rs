//! After the last input everything works again. Within ten minutes everything has to be receipted, or shown as refused.

use siaga::Siaga;

use crate::coverage::Fault;
use crate::world::World;

/// How long a healed phone may take.
const HEALING_MS: u64 = 10 * 60_000;
/// After which a process has brought to the disk what it held in memory.
const SETTLING_MS: u64 = 60_000;

impl World {
    pub(crate) fn heal(&mut self) {
        self.tell(|| "-- healed".to_owned());
        self.healed = true;
        self.weather.clear_up();
        // The phone is on its charger, on Wi-Fi: the platform waits for nothing more.
        self.air.hasten(self.time.now_ms());
        self.release_held();
        for index in 0..self.phones.len() {
            self.count_disk_faults(index);
            if let Some(phone) = self.phones.get_mut(index) {
                phone.disk.heal();
                phone.set_dry(false);
                phone.clock.set_wall_offset(0);
                phone.metered = false;
            }
            self.two_lives(index);
            self.ensure_running(index);
        }
        self.deliver_late();
        for phone in 0..self.phones.len() {
            self.set_meter(phone, false);
            for slot in 0..self.phones.get(phone).map_or(0, |phone| phone.processes.len()) {
                let _ = self.call(phone, slot, Siaga::network_changed);
                let _ = self.call(phone, slot, Siaga::identity_changed);
            }
        }
        // A store that failed until now takes a moment.
        self.pass(SETTLING_MS);
        for phone in 0..self.phones.len() {
            self.resume_files(phone);
        }
        self.pass(HEALING_MS);
    }

    /// Every phone lives twice at least.
    fn two_lives(&mut self, phone: usize) {
        if self.phones.get(phone).is_some_and(|phone| phone.lives < 2) && self.has(phone, 0) {
            self.restart(phone, 0);
        }
    }

    /// What the disk itself counted.
    pub(crate) fn count_disk_faults(&mut self, phone: usize) {
        let Some(fired) = self.phones.get(phone).map(|phone| phone.disk.take_fired()) else { return };
        let faults = [
            (Fault::DiskFull, fired.full),
            (Fault::FailingSync, fired.failed_syncs),
            (Fault::FailingWrite, fired.failed_writes),
            (Fault::FailingRead, fired.failed_reads),
            (Fault::TornSectors, fired.torn_writes),
            (Fault::LostWrites, fired.lost_writes),
        ];
        for (fault, times) in faults {
            self.coverage.fired(fault, times);
        }
    }
}
