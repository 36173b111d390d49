//! The two ports that are the bench's own: a clock that leaps over the waits between presses and between incidents, and the
//! real network, which says when the step after a delivery is committed.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use siaga::platform::SystemClock;
use siaga::ports::{Clock, Network};
use siaga::{Method, Outcome, Reading, Request, Ticket};
use siaga_net::Net;

use crate::row::Stop;

/// The system's clocks, the boot clock set forward.
pub(super) struct LeapingClock {
    system: SystemClock,
    leapt_ms: AtomicU64,
}

impl LeapingClock {
    /// A clock that has not leapt.
    pub(super) fn new() -> Result<Self, Stop> {
        Ok(Self { system: SystemClock::new()?, leapt_ms: AtomicU64::new(0) })
    }

    /// Time passes.
    pub(super) fn leap(&self, ms: u64) {
        let _ = self.leapt_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for LeapingClock {
    fn now(&self) -> Reading {
        let now = self.system.now();
        Reading { since_boot_ms: now.since_boot_ms.saturating_add(self.leapt_ms.load(Ordering::SeqCst)), ..now }
    }
}

/// A write ended, and the step that judged it is committed.
pub(super) struct Ended {
    /// When that was.
    pub(super) at: Instant,
    /// The HTTP status, if there was an answer.
    pub(super) status: Option<u16>,
    /// The bytes that were sent.
    pub(super) body: Vec<u8>,
}

type Done = Box<dyn FnOnce(Outcome) + Send>;

/// The real network; it can keep reads back.
pub(super) struct Watched {
    net: Net,
    under_way: Arc<AtomicUsize>,
    ended: Sender<Ended>,
    /// The reads that are kept back; `None` lets them pass.
    kept: Mutex<Option<Vec<(Request, Done)>>>,
}

impl Watched {
    /// Watches a network, and tells of each write that ended.
    pub(super) fn new(net: Net, ended: Sender<Ended>) -> Self {
        Self { net, under_way: Arc::default(), ended, kept: Mutex::new(None) }
    }

    /// Whether no request is under way; one that is kept back is.
    pub(super) fn is_quiet(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    /// Keeps reads back from now on, so that an SOS is alone on the connection.
    pub(super) fn keep_reads_back(&self) {
        *self.kept() = Some(Vec::new());
    }

    /// Lets reads pass, those kept back first.
    pub(super) fn let_reads_pass(&self) {
        let kept = self.kept().take();
        kept.into_iter().flatten().for_each(|(request, done)| self.send(request, done));
    }

    fn send(&self, request: Request, done: Done) {
        let write = (request.method == Method::Put).then(|| request.body.bytes().to_vec());
        let (under_way, ended) = (Arc::clone(&self.under_way), self.ended.clone());
        let done = move |outcome: Outcome| {
            let status = outcome.as_ref().ok().map(|reply| reply.status);
            // Judges the outcome and commits, on this thread.
            done(outcome);
            let at = Instant::now();
            let _ = under_way.fetch_sub(1, Ordering::SeqCst);
            if let Some(body) = write {
                // Nobody listens any more when the bench is over.
                let _ = ended.send(Ended { at, status, body });
            }
        };
        self.net.perform(request, Box::new(done));
    }

    fn kept(&self) -> MutexGuard<'_, Option<Vec<(Request, Done)>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Watched {
    fn perform(&self, _: &Ticket, request: Request, done: Done) {
        let _ = self.under_way.fetch_add(1, Ordering::SeqCst);
        if request.method == Method::Get
            && let Some(kept) = self.kept().as_mut()
        {
            kept.push((request, done));
            return;
        }
        self.send(request, done);
    }

    fn network_changed(&self) {
        self.net.network_changed();
    }
}
