//! The network between phones and the centre: what is in the air, and what the weather does to it.

mod line;
mod weather;

use std::collections::BTreeMap;

use siaga::{Outcome, Request};

pub(crate) use line::{Line, Sent};
pub(crate) use weather::{Fate, Weather};

/// Which process, over all phones.
pub(crate) type ProcessId = u32;

/// Which request in the air.
pub(crate) type FlightId = u64;

/// How a request ends.
pub(crate) type Done = Box<dyn FnOnce(Outcome) + Send>;

/// One request in the air.
pub(crate) struct Flight {
    pub(crate) process: ProcessId,
    pub(crate) request: Request,
    /// Taken when its sender has been answered, or has died.
    pub(crate) done: Option<Done>,
    /// Whether the reply is lost on its way back.
    pub(crate) reply_is_lost: bool,
}

/// One delivery in the hands of a phone's own transfer service.
#[derive(Debug)]
pub(crate) struct Carriage {
    /// Whose service.
    pub(crate) phone: usize,
    /// How the core named it.
    pub(crate) id: String,
    pub(crate) request: Request,
}

/// Something that will happen in the air.
#[derive(Debug)]
pub(crate) enum Aloft {
    /// A request reaches the centre.
    Arrival(FlightId),
    /// An outcome reaches the sender.
    Return(FlightId, Box<Outcome>),
    /// A poll that the centre held is answered.
    PollOver(FlightId),
    /// A phone's transfer service sends.
    Departure(Box<Carriage>),
    /// What it sent reaches the centre, whose reply perhaps is lost.
    Delivery(Box<Carriage>, bool),
    /// It tells the phone's process of the outcome.
    HandBack(Box<Carriage>, Box<Outcome>),
}

/// Everything in the air, in the order of its time.
#[derive(Default)]
pub(crate) struct Air {
    flights: BTreeMap<FlightId, Flight>,
    coming: BTreeMap<(u64, u64), Aloft>,
    /// Requests that are held until somebody releases them.
    held: Vec<FlightId>,
    counter: u64,
}

impl Air {
    pub(crate) fn take_off(&mut self, flight: Flight) -> FlightId {
        self.counter += 1;
        let _ = self.flights.insert(self.counter, flight);
        self.counter
    }

    pub(crate) fn at(&mut self, at_ms: u64, what: Aloft) {
        self.counter += 1;
        let _ = self.coming.insert((at_ms, self.counter), what);
    }

    /// What the platforms were to send later they send now, and they notice which lines are dead: for a part of a file they would
    /// have waited for days.
    pub(crate) fn hasten(&mut self, now_ms: u64) {
        let waits = |what: &Aloft| matches!(what, Aloft::Departure(_) | Aloft::HandBack(..));
        let (waiting, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.coming).into_iter().partition(|(_, what)| waits(what));
        self.coming = rest.into_iter().collect();
        waiting.into_iter().for_each(|(_, what)| self.at(now_ms, what));
    }

    pub(crate) fn hold(&mut self, flight: FlightId) {
        self.held.push(flight);
    }

    /// The held requests, in the order in which they were sent.
    pub(crate) fn release(&mut self) -> Vec<FlightId> {
        std::mem::take(&mut self.held)
    }

    pub(crate) fn flight(&mut self, id: FlightId) -> Option<&mut Flight> {
        self.flights.get_mut(&id)
    }

    /// When the next thing happens.
    pub(crate) fn next_ms(&self) -> Option<u64> {
        self.coming.keys().next().map(|(at_ms, _)| *at_ms)
    }

    /// What happens next, when its time has come.
    pub(crate) fn due(&mut self, now_ms: u64) -> Option<Aloft> {
        let first = *self.coming.keys().next().filter(|(at_ms, _)| *at_ms <= now_ms)?;
        self.coming.remove(&first)
    }

    /// The senders' side of a process's requests is gone; what was sent goes on.
    pub(crate) fn forget(&mut self, process: ProcessId) {
        self.flights.values_mut().filter(|flight| flight.process == process).for_each(|flight| flight.done = None);
    }

    /// The requests of a process that it still waits for.
    pub(crate) fn waiting(&self, process: ProcessId) -> Vec<FlightId> {
        let waits = |(_, flight): &(&FlightId, &Flight)| flight.process == process && flight.done.is_some();
        self.flights.iter().filter(waits).map(|(id, _)| *id).collect()
    }
}
