//! One input of the script, performed.

use siaga::Siaga;

use crate::coverage::{Checker, Fault};
use crate::network::Weather;
use crate::script::Input;
use crate::world::World;

impl World {
    /// Performs one input on one of the phones.
    pub(crate) fn act(&mut self, input: Input) {
        let phone = usize::try_from(self.dice.between(0, self.phones.len().saturating_sub(1) as u64)).unwrap_or(0);
        if !matches!(input, Input::Wait | Input::Doze | Input::Reboot) {
            self.ensure_running(phone);
        }
        let slot = self.any_slot(phone);
        match input {
            Input::Burst => self.burst(phone),
            Input::Press => drop(self.press(phone, slot)),
            Input::Drill => self.drill(phone, slot),
            Input::Cancel => self.cancel(phone, slot),
            Input::Report => self.report(phone, slot),
            Input::Draft => self.draft(phone, slot),
            Input::Write => self.write(phone, slot),
            Input::Note => self.add_note(phone, slot),
            Input::Attach => self.attach(phone, slot),
            Input::DecideFile => self.decide_file(phone, slot),
            Input::Fix => self.locate(phone, slot),
            Input::WithdrawPermission => self.withdraw_permission(phone, slot),
            Input::NetworkChanged => drop(self.call(phone, slot, Siaga::network_changed)),
            Input::ToggleMeter => self.toggle_meter(phone),
            Input::IdentityChanged => drop(self.call(phone, slot, Siaga::identity_changed)),
            Input::Wait => self.wait(),
            Input::Doze => self.doze(phone),
            Input::Suspend => self.suspend(phone, slot),
            Input::HandOver => self.hand_over(phone, slot),
            Input::Push => self.push(phone, slot),
            Input::Kill => self.kill(phone, slot),
            Input::CutPower => self.cut_power(phone, slot),
            Input::Reboot => self.reboot(phone),
            Input::Restart => self.restart(phone, slot),
            Input::SetWallClock => self.set_wall_clock(phone),
            Input::ToggleFull => self.toggle_full(phone),
            Input::FailSyncs | Input::FailWrites | Input::FailReads => self.fail(phone, input),
            Input::Corrupt => self.corrupt(phone),
            Input::ChangeWeather => self.weather = Weather::drawn(&mut self.sky),
            Input::TogglePartition => self.toggle_partition(),
            Input::ToggleHold => self.toggle_hold(),
            Input::ToggleSecond => self.toggle_second(phone),
            Input::Interleave => self.interleave(phone),
            Input::PressUnderLock => self.press_under_lock(phone, slot),
            Input::Clone => self.clone_phone(phone),
            Input::Rewind => self.rewind(phone),
            Input::Downgrade => self.downgrade(phone),
            Input::ToggleEntropy => self.toggle_entropy(phone),
            Input::RotateKey => self.rotate_key(),
            Input::Mark => self.mark(),
        }
    }

    /// A phone without a process gets one, as when the citizen opens the app.
    pub(crate) fn ensure_running(&mut self, phone: usize) {
        /// A kill may be waiting in the opening itself; the third time nothing is left to strike.
        const TRIES: u32 = 3;
        for _ in 0..TRIES {
            let _ = self.bury();
            if self.has(phone, 0) || self.is_over() {
                return;
            }
            self.start(phone);
            // What the platform brought while no process lived.
            self.deliver_late();
        }
    }

    /// One of the processes of a phone.
    pub(crate) fn any_slot(&mut self, phone: usize) -> usize {
        let processes = self.phones.get(phone).map_or(0, |phone| phone.processes.len());
        usize::try_from(self.dice.between(0, processes.saturating_sub(1) as u64)).unwrap_or(0)
    }

    fn wait(&mut self) {
        /// From a moment to hours; mostly what a citizen in need lives through.
        const SPANS_MS: [(u32, (u64, u64)); 4] =
            [(30, (10, 2_000)), (20, (2_000, 30_000)), (6, (30_000, 180_000)), (1, (180_000, 7_200_000))];
        let (least, most) = self.dice.weighted(&SPANS_MS).copied().unwrap_or((10, 2_000));
        let ms = self.dice.between(least, most);
        self.pass(ms);
    }

    fn doze(&mut self, phone: usize) {
        self.coverage.fired(Fault::Doze, 1);
        let ms = self.dice.between(60_000, 8 * 3_600_000);
        self.sleep(phone, ms);
    }

    fn toggle_partition(&mut self) {
        match self.sky.between(0, 2) {
            0 => self.weather.primary_down = !self.weather.primary_down,
            1 => self.weather.second_down = !self.weather.second_down,
            _ => {
                let down = !self.weather.primary_down;
                (self.weather.primary_down, self.weather.second_down) = (down, down);
            }
        }
    }

    fn toggle_hold(&mut self) {
        self.weather.holding = !self.weather.holding;
        if !self.weather.holding {
            self.release_held();
        }
    }

    fn rotate_key(&mut self) {
        self.coverage.fired(Fault::KeyRotated, 1);
        let now_ms = self.time.true_wall_ms();
        // Ed25519 takes every seed.
        let _ = self.centre.rotate(self.seed, now_ms);
    }

    /// One message, or a flood of them.
    fn push(&mut self, phone: usize, slot: usize) {
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return };
        for _ in 0..self.dice.between(1, 12) {
            let Some((phone, slot)) = self.find(id) else { return };
            if let Some(Err(error)) = self.call(phone, slot, Siaga::push_received) {
                return self.broken(Checker::Inv2, format!("a push message was refused: {error}"));
            }
            let gap_ms = self.dice.between(0, 700);
            self.pass(gap_ms);
        }
    }

    fn mark(&mut self) {
        let created = self.centre.created();
        let steps = ["opened", "assigned", "on_scene", "closed"];
        if let (Some(incident), Some(step)) = (self.dice.pick(&created), self.dice.pick(&steps)) {
            let _ = self.centre.mark(incident, step, self.time.true_wall_ms());
        }
    }
}
