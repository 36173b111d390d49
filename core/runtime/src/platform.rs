//! The ports of a Rust shell. The clock is that of Linux and Android; a shell elsewhere gives its own.

use ring::rand::{SecureRandom, SystemRandom};
use siaga_engine::clock::Reading;
use siaga_engine::wire::{Outcome, Request, Ticket};
use siaga_net::Net;

use crate::ports::{Clock, Entropy, Location, Log, Network, Note};

/// Linux's own clock that counts sleep, the kernel's boot id, and the wall clock.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[derive(Clone, Debug)]
pub struct SystemClock {
    boot: String,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl SystemClock {
    /// Reads which boot this is.
    ///
    /// # Errors
    /// [`crate::Error::Platform`] when the kernel does not say: give a clock of your own then.
    pub fn new() -> Result<Self, crate::Error> {
        const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
        let boot = std::fs::read_to_string(BOOT_ID)
            .map_err(|error| crate::Error::Platform { why: format!("{BOOT_ID} cannot be read ({error})") })?;
        Ok(Self { boot: boot.trim().to_owned() })
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Clock for SystemClock {
    fn now(&self) -> Reading {
        let boottime = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let millis = boottime.tv_sec.saturating_mul(1_000).saturating_add(boottime.tv_nsec / 1_000_000);
        Reading { boot: self.boot.clone(), since_boot_ms: u64::try_from(millis).unwrap_or(0), wall_ms: wall_ms() }
    }
}

/// The clock of this system.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn system_clock() -> Result<std::sync::Arc<dyn Clock>, crate::Error> {
    Ok(std::sync::Arc::new(SystemClock::new()?))
}

/// No clock: one that counts sleep, and a name for the boot, take a call of the platform's own here.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn system_clock() -> Result<std::sync::Arc<dyn Clock>, crate::Error> {
    let why = "the core reads no clock of this system by itself: a clock port is needed";
    Err(crate::Error::Platform { why: why.to_owned() })
}

/// Unix milliseconds of the wall clock; negative before 1970.
#[must_use]
pub fn wall_ms() -> i64 {
    let now = std::time::SystemTime::now();
    let millis = |elapsed: std::time::Duration| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
    match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

/// The system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn draw(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).ok().map(|()| bytes)
    }
}

impl Network for Net {
    fn perform(&self, _: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        Self::perform(self, request, done);
    }

    fn network_changed(&self) {
        Self::network_changed(self);
    }
}

/// A platform without positioning, or with one that comes by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLocation;

impl Location for NoLocation {
    fn start(&self) {}

    fn stop(&self) {}
}

/// Takes no notes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl Log for NoLog {
    fn note(&self, _: Note) {}
}
