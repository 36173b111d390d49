//! Time as an argument (INV-8): the persisted clock `t`, the boot clock, the wall clock.

use serde::{Deserialize, Serialize};

use crate::entropy::Draws;
use crate::ids::BootTag;

/// Milliseconds on the persisted clock: the elapsed time since the database was made, sleep included, continued after a
/// reboot. All deadlines use it; it never goes back and never leaves the phone. It begins at [`T::BIRTH`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct T(pub u64);

impl T {
    /// A new database's first moment: ten years, so that a fix older than the database keeps its true age (F42).
    pub const BIRTH: Self = Self(10 * 365 * 86_400_000);

    /// This moment plus a delay; saturates.
    #[must_use]
    pub const fn after(self, delay_ms: u64) -> Self {
        Self(self.0.saturating_add(delay_ms))
    }

    /// This moment of another persisted clock on this one: what is `from` there is `to` here.
    #[must_use]
    pub(crate) const fn moved(self, from: Self, to: Self) -> Self {
        Self(to.0.saturating_add(self.0).saturating_sub(from.0))
    }

    /// This moment less some milliseconds; stops at 0.
    #[must_use]
    pub(crate) const fn before(self, ms: u64) -> Self {
        Self(self.0.saturating_sub(ms))
    }

    /// Milliseconds from `earlier` to this moment; 0 when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What the platform's clocks say at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Reading {
    /// Names this boot of the phone (on Linux and Android `/proc/sys/kernel/random/boot_id`); any text that differs between
    /// boots. Stays on the phone.
    pub boot: String,
    /// Milliseconds since boot, sleep included (`CLOCK_BOOTTIME`, `mach_continuous_time`). Stays on the phone.
    pub since_boot_ms: u64,
    /// Unix milliseconds of the wall clock: a statement, never a judge.
    pub wall_ms: i64,
}

/// How much older than the newest reading another one may be that was read before it: its thread or process waited for the lock
/// since, behind a commit on a slow disk.
const OVERTAKEN_MS: u64 = 10_000;

/// The persisted clock's memory: enough to go on after a restart and after a reboot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    t: T,
    boot: String,
    since_boot_ms: u64,
    /// How the wire names this boot.
    tag: BootTag,
    /// Raised by one at each boot that was seen: ages that cross a boot are lower bounds.
    boots: u32,
}

impl Clock {
    pub(crate) fn start(reading: &Reading, draws: &mut Draws) -> Self {
        Self {
            t: T::BIRTH,
            boot: reading.boot.clone(),
            since_boot_ms: reading.since_boot_ms,
            tag: BootTag::mint(draws),
            boots: 0,
        }
    }

    /// Advances to `reading` and returns the new `t`. After a reboot the time switched off is unknown, so `t` goes on by the
    /// time since boot: a lower bound. A reading that was overtaken leaves `t` where it is. So does a boot clock that went
    /// back within one boot, and `t` goes on from there: a platform that cannot name its boots must not stop the time, and
    /// every press with it.
    pub(crate) fn advance(&mut self, reading: &Reading, draws: &mut Draws) -> T {
        if self.overtaken_ms(reading) > 0 {
            return self.t;
        }
        let elapsed_ms = if reading.boot == self.boot {
            reading.since_boot_ms.saturating_sub(self.since_boot_ms)
        } else {
            self.boot.clone_from(&reading.boot);
            self.tag = BootTag::mint(draws);
            self.boots = self.boots.saturating_add(1);
            self.since_boot_ms = 0;
            reading.since_boot_ms
        };
        self.since_boot_ms = reading.since_boot_ms;
        self.t = self.t.after(elapsed_ms);
        self.t
    }

    /// By how much a reading is older than the newest one; 0 when it is not, and when the boot clock itself went back.
    pub(crate) fn overtaken_ms(&self, reading: &Reading) -> u64 {
        let behind_ms = self.since_boot_ms.saturating_sub(reading.since_boot_ms);
        if reading.boot == self.boot && behind_ms <= OVERTAKEN_MS { behind_ms } else { 0 }
    }

    pub(crate) const fn tag(&self) -> BootTag {
        self.tag
    }

    pub(crate) const fn boots(&self) -> u32 {
        self.boots
    }
}
