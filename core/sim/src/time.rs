//! Time: one clock of the world, which jumps from one happening to the next, and what each phone makes of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use siaga::Reading;
use siaga::ports::Clock;

/// The wall clock's true reading when the world begins, in Unix milliseconds.
const TRUE_WALL_MS: i64 = 1_793_000_000_000;

/// The time of the world, in milliseconds since it began.
#[derive(Clone, Debug, Default)]
pub(crate) struct WorldTime(Arc<AtomicU64>);

impl WorldTime {
    pub(crate) fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Goes on to a moment; never back.
    pub(crate) fn reach(&self, at_ms: u64) {
        self.0.fetch_max(at_ms, Ordering::Relaxed);
    }

    pub(crate) fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// What a right clock says.
    pub(crate) fn true_wall_ms(&self) -> i64 {
        TRUE_WALL_MS.saturating_add(i64::try_from(self.now_ms()).unwrap_or(i64::MAX))
    }
}

/// The clocks of one phone.
#[derive(Debug)]
pub(crate) struct PhoneClock {
    world: WorldTime,
    dials: Mutex<Dials>,
}

#[derive(Debug)]
struct Dials {
    phone: u32,
    boots: u32,
    booted_ms: u64,
    wall_offset_ms: i64,
}

impl PhoneClock {
    pub(crate) fn new(world: WorldTime, phone: u32) -> Self {
        let booted_ms = world.now_ms();
        Self { world, dials: Mutex::new(Dials { phone, boots: 0, booted_ms, wall_offset_ms: 0 }) }
    }

    pub(crate) fn reboot(&self) {
        let now_ms = self.world.now_ms();
        let mut dials = self.dials();
        dials.boots += 1;
        dials.booted_ms = now_ms;
    }

    pub(crate) fn set_wall_offset(&self, offset_ms: i64) {
        self.dials().wall_offset_ms = offset_ms;
    }

    fn dials(&self) -> std::sync::MutexGuard<'_, Dials> {
        self.dials.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for PhoneClock {
    fn now(&self) -> Reading {
        let dials = self.dials();
        Reading {
            boot: format!("boot-{}-{}", dials.phone, dials.boots),
            // A phone takes some seconds to start.
            since_boot_ms: self.world.now_ms().saturating_sub(dials.booted_ms).saturating_add(7_000),
            wall_ms: self.world.true_wall_ms().saturating_add(dials.wall_offset_ms),
        }
    }
}
