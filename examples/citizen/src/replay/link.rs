//! The scripted network: decides at once what becomes of a request, and lets it happen when its time has come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use siaga::ports::Network;
use siaga::{Failure, Method, Outcome, Reply, Request};

use crate::replay::centre::{Signature, TestCentre, empty, problem};
use crate::replay::line::Mode;
use crate::replay::ports::VirtualClock;

/// From a request to its reply: an ordinary mobile network's.
const ROUND_TRIP_MS: u64 = 50;
/// How long the test centre holds a poll.
const POLL_MS: u64 = 25_000;

type Done = Box<dyn FnOnce(Outcome) + Send>;

/// The network, and the test centre behind it.
pub(super) struct Link {
    clock: Arc<VirtualClock>,
    wire: Mutex<Wire>,
}

struct Wire {
    mode: Mode,
    centre: TestCentre,
    /// Outcomes on their way, with the time at which they arrive.
    on_the_way: Vec<(u64, Done, Outcome)>,
    /// Polls that the centre holds, each with its path and the time at which it gives up.
    held: Vec<(u64, Done, String)>,
}

impl Link {
    pub(super) const fn new(clock: Arc<VirtualClock>, centre: TestCentre) -> Self {
        let wire = Wire { mode: Mode::Offline, centre, on_the_way: Vec::new(), held: Vec::new() };
        Self { clock, wire: Mutex::new(wire) }
    }

    /// What every later request meets. Connections of before are gone.
    pub(super) fn set_mode(&self, mode: Mode) {
        let mut wire = self.wire();
        wire.mode = mode;
        wire.break_all(self.clock.now_ms());
    }

    pub(super) fn mark(&self, step: &str) {
        let now_ms = self.clock.now_ms();
        let mut wire = self.wire();
        wire.centre.mark(step, self.clock.wall_ms());
        wire.answer_polls(now_ms);
    }

    /// The program ended: nobody waits for these any more.
    pub(super) fn forget(&self) {
        let mut wire = self.wire();
        wire.on_the_way.clear();
        wire.held.clear();
    }

    /// When the next outcome arrives.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let wire = self.wire();
        let arrivals = wire.on_the_way.iter().map(|(at_ms, ..)| *at_ms);
        arrivals.chain(wire.held.iter().map(|(until_ms, ..)| *until_ms)).min()
    }

    /// Hands over one outcome that has arrived by now; says whether there was one.
    pub(super) fn deliver_one(&self) -> bool {
        let now_ms = self.clock.now_ms();
        let arrived = {
            let mut wire = self.wire();
            wire.give_up_polls(now_ms);
            let index = wire.on_the_way.iter().position(|(at_ms, ..)| *at_ms <= now_ms);
            index.map(|index| wire.on_the_way.remove(index))
        };
        let Some((_, done, outcome)) = arrived else { return false };
        done(outcome);
        true
    }

    pub(super) fn view(&self) -> Value {
        self.wire().centre.view()
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Link {
    fn perform(&self, request: Request, done: Done) {
        let (now_ms, wall_ms) = (self.clock.now_ms(), self.clock.wall_ms());
        let mut wire = self.wire();
        match wire.meet(&request, wall_ms) {
            Met::Reply(outcome) => wire.on_the_way.push((now_ms + ROUND_TRIP_MS, done, outcome)),
            Met::Silence => {
                let time_out_ms = now_ms + u64::from(request.timeout_ms);
                wire.on_the_way.push((time_out_ms, done, Err(Failure::TimedOut)));
            }
            Met::Held => wire.held.push((now_ms + POLL_MS, done, request.path)),
        }
    }

    fn network_changed(&self) {
        self.wire().break_all(self.clock.now_ms());
    }
}

/// What a request meets.
enum Met {
    Reply(Outcome),
    Silence,
    Held,
}

impl Wire {
    fn meet(&mut self, request: &Request, wall_ms: i64) -> Met {
        let page = |status: u16| Reply {
            content_type: Some("text/html".to_owned()),
            body: b"<html>Sign in to this Wi-Fi</html>".to_vec(),
            ..empty(status)
        };
        match self.mode {
            Mode::Centre => self.at_centre(request, wall_ms, Signature::Own),
            Mode::OtherIncident => self.at_centre(request, wall_ms, Signature::OtherIncident),
            Mode::OtherKey => self.at_centre(request, wall_ms, Signature::OtherKey),
            Mode::LostReply => {
                let _ = self.at_centre(request, wall_ms, Signature::Own);
                Met::Reply(Err(Failure::Broken))
            }
            Mode::Offline => Met::Reply(Err(Failure::Offline)),
            Mode::Portal => Met::Reply(Ok(page(200))),
            Mode::Redirect => Met::Reply(Ok(page(302))),
            Mode::Waf => Met::Reply(Ok(page(403))),
            Mode::Busy => Met::Reply(Ok(Reply { retry_after_ms: Some(120_000), ..problem(503, "overloaded") })),
            Mode::Silent => Met::Silence,
        }
    }

    fn at_centre(&mut self, request: &Request, wall_ms: i64, signature: Signature) -> Met {
        match request.method {
            Method::Put => Met::Reply(Ok(self.centre.put(request, wall_ms, signature))),
            Method::Get => self.centre.get(&request.path).map_or(Met::Held, |reply| Met::Reply(Ok(reply))),
        }
    }

    fn answer_polls(&mut self, now_ms: u64) {
        for (until_ms, done, path) in std::mem::take(&mut self.held) {
            match self.centre.get(&path) {
                Some(reply) => self.on_the_way.push((now_ms + ROUND_TRIP_MS, done, Ok(reply))),
                None => self.held.push((until_ms, done, path)),
            }
        }
    }

    fn give_up_polls(&mut self, now_ms: u64) {
        for (until_ms, done, path) in std::mem::take(&mut self.held) {
            if until_ms <= now_ms {
                self.on_the_way.push((now_ms, done, Ok(empty(304))));
            } else {
                self.held.push((until_ms, done, path));
            }
        }
    }

    fn break_all(&mut self, now_ms: u64) {
        for (at_ms, _, outcome) in &mut self.on_the_way {
            (*at_ms, *outcome) = (now_ms, Err(Failure::Broken));
        }
        let held = std::mem::take(&mut self.held);
        self.on_the_way.extend(held.into_iter().map(|(_, done, _)| (now_ms, done, Err(Failure::Broken))));
    }
}
