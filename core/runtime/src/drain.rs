//! Draining: deliver what can be delivered in a limited time, for a platform's background job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use siaga_engine::{Event, News, Snapshot};

use crate::core::{Core, NextWake};
use crate::error::Error;

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Drained {
    /// Rows that still wait.
    pub waiting: u32,
    /// When to wake next.
    pub next_wake: Option<NextWake>,
    /// Deliveries that this process has under way, those in a platform's hands left out: as long as there are any, bytes move.
    pub in_flight: u32,
}

/// No platform lets a background job run for longer; a caller that means "for ever" calls again.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1_000;

/// Steps and waits until nothing waits and the news are read that a push message spoke of, nothing more can be done before the
/// deadline, or the deadline is over.
pub(crate) fn drain(core: &Arc<Core>, deadline_ms: u64) -> Result<Drained, Error> {
    let deadline = Instant::now() + Duration::from_millis(deadline_ms.min(LONGEST_MS));
    loop {
        let steps = core.steps()?;
        if core.next_wake().is_some_and(|wake| wake.in_ms == 0) {
            let _ = core.step(Event::Woke)?;
        }
        let (snapshot, news, next_wake) = (core.snapshot(), core.news(), core.next_wake());
        let (waiting, in_flight) = rows(&snapshot);
        // What a platform carries may take hours, and wakes the process by itself.
        let in_flight = in_flight.saturating_sub(core.handed());
        let left_ms = u64::try_from(deadline.saturating_duration_since(Instant::now()).as_millis()).unwrap_or(u64::MAX);
        let is_done = waiting == 0 && news == News::Quiet;
        let is_idle = in_flight == 0 && news != News::BeingRead;
        let is_hopeless = is_idle && next_wake.is_none_or(|wake| wake.in_ms > left_ms);
        if is_done || left_ms == 0 || is_hopeless {
            return Ok(Drained { waiting, next_wake, in_flight });
        }
        let life = core.life();
        if life.steps == steps {
            core.wait(life, Some(next_wake.map_or(left_ms, |wake| wake.in_ms.clamp(1, left_ms))));
        }
    }
}

fn rows(snapshot: &Snapshot) -> (u32, u32) {
    let waiting = snapshot.waiting.iter().map(|lane| lane.rows).sum();
    let in_flight = snapshot.waiting.iter().map(|lane| lane.in_flight).sum();
    (waiting, in_flight)
}
