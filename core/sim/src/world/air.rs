//! The way of a request: into the air, to the centre, and back.

use siaga::{Failure, Method, Outcome, Reply};

use crate::network::{Aloft, Fate, Flight, FlightId, ProcessId, Sent};
use crate::world::World;

/// How long the centre holds a poll.
const POLL_MS: u64 = 25_000;

impl World {
    /// Lets a request fly.
    pub(crate) fn launch(&mut self, sent: Sent) {
        let Sent { process, ticket: _, request, handed: _, done, too_early: _ } = sent;
        let now_ms = self.time.now_ms();
        let wall_ms = self.time.true_wall_ms();
        let (fate, struck) = self.weather.fate(&request, &mut self.centre, wall_ms, &mut self.sky);
        self.tell(|| format!("process {process} sends {request:?}: {struck:?}, {fate:?}"));
        for fault in struck {
            self.coverage.fired(fault, 1);
        }
        let timeout_ms = u64::from(request.timeout_ms);
        let flight = Flight { process, request, done: Some(done), reply_is_lost: false };
        let id = self.air.take_off(flight);
        match fate {
            Fate::Ends { after_ms, outcome } => {
                self.air.at(now_ms + after_ms.min(timeout_ms), Aloft::Return(id, outcome));
                return;
            }
            Fate::Held => self.air.hold(id),
            Fate::Passes { after_ms, reply_is_lost, again_after_ms } => {
                if let Some(flight) = self.air.flight(id) {
                    flight.reply_is_lost = reply_is_lost;
                }
                self.air.at(now_ms + after_ms, Aloft::Arrival(id));
                if let Some(again_ms) = again_after_ms {
                    self.air.at(now_ms + again_ms, Aloft::Arrival(id));
                }
            }
        }
        self.air.at(now_ms + timeout_ms, Aloft::Return(id, Box::new(Err(Failure::TimedOut))));
    }

    /// Something that was in the air happens.
    pub(crate) fn happen(&mut self, what: Aloft) {
        match what {
            Aloft::Arrival(id) => self.arrive(id),
            Aloft::PollOver(id) => self.answer(id),
            Aloft::Return(id, outcome) => self.bring_back(id, *outcome),
            Aloft::Departure(carriage) => self.depart(carriage),
            Aloft::Delivery(carriage, reply_is_lost) => self.deliver(carriage, reply_is_lost),
            Aloft::HandBack(carriage, outcome) => self.hand_back(carriage, outcome),
        }
    }

    fn arrive(&mut self, id: FlightId) {
        let Some(flight) = self.air.flight(id) else { return };
        let request = flight.request.clone();
        if request.method == Method::Get && self.centre.holds(&request) {
            self.air.at(self.time.now_ms() + POLL_MS, Aloft::PollOver(id));
        } else {
            self.answer(id);
        }
    }

    fn answer(&mut self, id: FlightId) {
        let Some(flight) = self.air.flight(id) else { return };
        let (request, reply_is_lost) = (flight.request.clone(), flight.reply_is_lost);
        let reply: Reply = self.centre.serve(&request, self.time.true_wall_ms());
        if !reply_is_lost {
            let back_ms = self.sky.between(1, 200);
            self.air.at(self.time.now_ms() + back_ms, Aloft::Return(id, Box::new(Ok(reply))));
        }
    }

    fn bring_back(&mut self, id: FlightId, outcome: Outcome) {
        let Some(flight) = self.air.flight(id) else { return };
        let process = flight.process;
        let Some((phone, slot)) = self.find(process) else {
            flight_ends(self.air.flight(id));
            return;
        };
        let sleeps = self.phones.get(phone).is_some_and(|phone| phone.asleep)
            || self.process(phone, slot).is_some_and(|process| process.suspended);
        if sleeps {
            self.late.push(Aloft::Return(id, Box::new(outcome)));
            return;
        }
        let Some(done) = self.air.flight(id).and_then(|flight| flight.done.take()) else { return };
        self.tell(|| format!("process {process} hears {}", brief(&outcome)));
        let _ = self.call(phone, slot, |_| done(outcome));
        // The thread that waits for wake-ups is rung by every step; sometimes it is late.
        if self.sky.percent(70) {
            self.wake(phone, slot);
        }
    }

    /// The connections of a process are of no use any more: what it waits for breaks.
    pub(crate) fn break_connections(&mut self, process: ProcessId) {
        let now_ms = self.time.now_ms();
        for id in self.air.waiting(process) {
            self.air.at(now_ms, Aloft::Return(id, Box::new(Err(Failure::Broken))));
        }
    }

    /// Held requests go on.
    pub(crate) fn release_held(&mut self) {
        let now_ms = self.time.now_ms();
        for id in self.air.release() {
            let after_ms = self.sky.between(1, 2_000);
            self.air.at(now_ms + after_ms, Aloft::Arrival(id));
        }
    }

    /// Where a process is; `None` when it has died.
    pub(crate) fn find(&self, process: ProcessId) -> Option<(usize, usize)> {
        self.phones.iter().enumerate().find_map(|(index, phone)| {
            let slot = phone.processes.iter().position(|known| known.id == process)?;
            Some((index, slot))
        })
    }
}

fn brief(outcome: &Outcome) -> String {
    match outcome {
        Ok(reply) => format!("{} {:?}, receipt: {}", reply.status, reply.content_type, reply.receipt.is_some()),
        Err(failure) => format!("{failure:?}"),
    }
}

fn flight_ends(flight: Option<&mut Flight>) {
    if let Some(flight) = flight {
        flight.done = None;
    }
}
