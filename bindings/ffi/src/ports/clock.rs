//! The phone's clocks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use siaga::ports::Clock;
use siaga::{Error, Reading};

use crate::ports::{Failures, PortError};

/// Reads the phone's clocks.
#[uniffi::export(foreign)]
pub trait ClockPort: Send + Sync {
    /// What they say now.
    ///
    /// # Errors
    /// The platform does not say; the core then goes on from the reading before.
    fn now(&self) -> Result<Reading, PortError>;
}

/// A shell's clock. When it fails, time goes on from its last answer: a press must not wait for a clock (INV-2).
pub(crate) struct ForeignClock {
    port: Arc<dyn ClockPort>,
    failures: Failures,
    last: Mutex<(Reading, Instant)>,
}

impl ForeignClock {
    /// Reads it once.
    ///
    /// # Errors
    /// [`Error::Platform`] when the clock has never answered.
    pub(crate) fn start(port: Arc<dyn ClockPort>, failures: Failures) -> Result<Self, Error> {
        let Some(first) = failures.call(|| port.now()) else {
            let why = "the clock port gives no reading: it has to name the boot and the time since then";
            return Err(Error::Platform { why: why.to_owned() });
        };
        Ok(Self { port, failures, last: Mutex::new((first, Instant::now())) })
    }
}

impl Clock for ForeignClock {
    fn now(&self) -> Reading {
        // Asked without our lock: the answer may take its time, and may come from a thread that asks as well.
        let answer = self.failures.call(|| self.port.now());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reading) = answer {
            *last = (reading.clone(), Instant::now());
            return reading;
        }
        let (reading, at) = &*last;
        let since_ms = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
        Reading {
            boot: reading.boot.clone(),
            since_boot_ms: reading.since_boot_ms.saturating_add(since_ms),
            wall_ms: reading.wall_ms.saturating_add_unsigned(since_ms),
        }
    }
}
