//! At which moment a phone is killed. The moments are shares of times that were measured in this very run, so that they are
//! spread over the same parts of a life on a fast machine and on a slow one.

use std::time::{Duration, Instant};

use fastrand::Rng;
use siaga_kill_tests::Told;

/// What is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// From the start of the process until its database is open.
    Opening,
    /// Inside the step that is asked for: its commit, or just before or after it.
    Step,
    /// Right after a promise, while its first requests leave.
    Promise,
    /// Until the receipt: the request, the centre's commit, the reply, our own commit of it.
    Delivery,
    /// The last step, the checkpoint, and the end of the threads.
    Closing,
    /// Anywhere in the whole life.
    Anywhere,
}

impl Target {
    const ALL: [Self; 6] = [Self::Opening, Self::Step, Self::Promise, Self::Delivery, Self::Closing, Self::Anywhere];
}

/// One shot.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    target: Target,
    /// How many lines of the target's kind pass before the one that counts.
    skip: usize,
    /// Of the measured time; a little more than all of it, so that its end is met as well.
    share: f64,
    at: Option<Instant>,
}

impl Aim {
    /// Draws one. `acts` is how much the life is about.
    pub(crate) fn draw(rng: &mut Rng, acts: usize) -> Self {
        let target = Target::ALL[rng.usize(..Target::ALL.len())];
        // Few lives make more than two incidents.
        let most = if target == Target::Delivery { 2 } else { acts.max(1) };
        Self { target, skip: rng.usize(..most), share: rng.f64() * 1.1, at: None }
    }

    /// When to kill, as soon as that is known.
    pub(crate) const fn at(&self) -> Option<Instant> {
        self.at
    }

    /// The process was started.
    pub(crate) fn started(&mut self, at: Instant, paces: &Paces) {
        match self.target {
            Target::Opening => self.arm(at, paces.opening),
            Target::Anywhere => self.arm(at, paces.life),
            Target::Step | Target::Promise | Target::Delivery | Target::Closing => {}
        }
    }

    /// The phone said something.
    pub(crate) fn heard(&mut self, told: &Told, at: Instant, paces: &Paces) {
        if self.at.is_some() {
            return;
        }
        let (hit, pace) = match self.target {
            Target::Opening | Target::Anywhere => return,
            Target::Step => (matches!(told, Told::Asks(_)), paces.step),
            Target::Promise => (is_promise(told), paces.gap),
            Target::Delivery => (matches!(told, Told::Triggered(_) | Told::Reported(_)), paces.delivery),
            Target::Closing => (false, paces.closing),
        };
        if *told == Told::Closing {
            // What was aimed at did not come: the end is worth a kill, too.
            self.arm(at, paces.closing);
        } else if hit && self.skip == 0 {
            self.arm(at, pace);
        } else if hit {
            self.skip -= 1;
        }
    }

    fn arm(&mut self, from: Instant, pace: Duration) {
        self.at = Some(from + pace.mul_f64(self.share));
    }
}

fn is_promise(told: &Told) -> bool {
    match told {
        Told::Counted(_)
        | Told::Triggered(_)
        | Told::Escalated(..)
        | Told::Cancelled(_)
        | Told::Reported(_)
        | Told::Drafted(_)
        | Told::Noted(_)
        | Told::Attached(..) => true,
        Told::InMemory(_)
        | Told::Opened
        | Told::Asks(_)
        | Told::NothingOpen
        | Told::Declined
        | Told::Receipted(_)
        | Told::Delivered { .. }
        | Told::Durable
        | Told::Closing
        | Told::Closed => false,
    }
}

/// How long the parts of a life take here and now: each is measured again whenever it is seen undisturbed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paces {
    opening: Duration,
    step: Duration,
    gap: Duration,
    delivery: Duration,
    closing: Duration,
    life: Duration,
}

impl Paces {
    /// Before anything was measured: nothing is aimed by these.
    pub(crate) const UNKNOWN: Self = Self {
        opening: Duration::ZERO,
        step: Duration::ZERO,
        gap: Duration::ZERO,
        delivery: Duration::ZERO,
        closing: Duration::ZERO,
        life: Duration::ZERO,
    };
}

/// Measures one life from what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    started: Instant,
    last: Instant,
    undelivered: Option<Instant>,
    asked: bool,
}

impl Watch {
    pub(crate) const fn new(started: Instant) -> Self {
        Self { started, last: started, undelivered: None, asked: false }
    }

    /// The phone said something.
    pub(crate) fn heard(&mut self, told: &Told, at: Instant, paces: &mut Paces) {
        let since_last = at.saturating_duration_since(self.last);
        match told {
            Told::Opened => learn(&mut paces.opening, at - self.started),
            Told::Asks(_) if self.asked => learn(&mut paces.gap, since_last),
            Told::Closed => {
                learn(&mut paces.closing, since_last);
                learn(&mut paces.life, at - self.started);
            }
            Told::Receipted(_) => {
                if let Some(promised) = self.undelivered.take() {
                    learn(&mut paces.delivery, at.saturating_duration_since(promised));
                }
                // It comes from another thread, in the middle of whatever is going on.
                return;
            }
            Told::Triggered(_) | Told::Reported(_) => {
                learn(&mut paces.step, since_last);
                self.undelivered = Some(at);
            }
            Told::Counted(_)
            | Told::Escalated(..)
            | Told::Cancelled(_)
            | Told::Drafted(_)
            | Told::Noted(_)
            | Told::Attached(..) => {
                learn(&mut paces.step, since_last);
            }
            Told::Asks(_)
            | Told::NothingOpen
            | Told::Declined
            | Told::InMemory(_)
            | Told::Delivered { .. }
            | Told::Durable
            | Told::Closing => {}
        }
        self.asked |= is_promise(told);
        self.last = at;
    }
}

/// The newest counts for a quarter: the machine's load changes while we measure.
fn learn(pace: &mut Duration, seen: Duration) {
    *pace = if pace.is_zero() { seen } else { pace.mul_f64(0.75) + seen.mul_f64(0.25) };
}
