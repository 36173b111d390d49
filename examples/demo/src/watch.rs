//! Waiting for the citizen's state: woken by the core's listener, bounded by a deadline.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use siaga::{IncidentView, Siaga, Subscription};
use siaga_citizen::words;

use crate::fault::Fault;

/// Loopback answers within milliseconds; back-off adds some seconds at most.
const WITHIN_S: u64 = 15;

/// A watch on one core.
pub(crate) struct Watch<'a> {
    siaga: &'a Siaga,
    changes: Receiver<u64>,
    _subscription: Subscription,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(siaga: &'a Siaga) -> Self {
        let (sender, changes) = channel();
        let subscription = siaga.subscribe(Arc::new(move |revision| {
            // The story may be over.
            let _ = sender.send(revision);
        }));
        Self { siaga, changes, _subscription: subscription }
    }

    /// Waits until the core knows what the centre offers: its last read, so that the connection is quiet afterwards. That
    /// read wakes nobody by itself (a phone in a pocket stays asleep), so the program is woken, as by a citizen who looks.
    pub(crate) fn until_quiet(&self) -> Result<(), Fault> {
        const LOOKS_EVERY: Duration = Duration::from_millis(100);
        let deadline = Instant::now() + Duration::from_secs(WITHIN_S);
        while self.siaga.snapshot().offers.is_none() {
            if Instant::now() > deadline {
                let (what, seen) = ("what the centre offers", "nothing of it".to_owned());
                return Err(Fault::DidNotCome { what, within_s: WITHIN_S, seen });
            }
            self.siaga.resume()?;
            let _ = self.changes.recv_timeout(LOOKS_EVERY);
        }
        Ok(())
    }

    /// Waits until this holds of the incident.
    pub(crate) fn until(
        &self,
        what: &'static str,
        incident: &str,
        holds: impl Fn(&IncidentView) -> bool,
    ) -> Result<IncidentView, Fault> {
        let deadline = Instant::now() + Duration::from_secs(WITHIN_S);
        loop {
            let snapshot = self.siaga.snapshot();
            let view = snapshot.incidents.into_iter().find(|view| view.id.to_string() == incident);
            if let Some(view) = view.as_ref().filter(|view| holds(view)) {
                return Ok(view.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.changes.recv_timeout(left).is_err() {
                let seen = view.as_ref().map_or("nothing of it", |view| words::headline(view, snapshot.store));
                let why = view.as_ref().and_then(words::trouble_of).unwrap_or_default();
                return Err(Fault::DidNotCome { what, within_s: WITHIN_S, seen: format!("{seen} {why}") });
            }
        }
    }
}
