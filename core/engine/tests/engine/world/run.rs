//! Time goes by: wake-ups ring, and what flies arrives or fails after a while.

use siaga_engine::Event;
use siaga_engine::clock::T;
use siaga_engine::wire::{Failure, Outcome, Reply};

use super::{Centre, Flight, World};

/// How a flight ends.
pub(crate) enum Ending {
    /// The centre takes it in, and its reply comes back after so many milliseconds.
    Delivered(u64),
    /// The centre takes it in, and the reply is lost.
    ReplyLost(u64, Failure),
    /// Something else replies.
    Reply(u64, Reply),
    /// It never arrives.
    Fails(u64, Failure),
}

/// Everything arrives, a tenth of a second later; a poll is held open.
pub(crate) fn delivers(flight: &Flight, centre: &Centre) -> Ending {
    let nothing_new = flight.is_poll() && !centre.has_news_for(flight);
    Ending::Delivered(if nothing_new { 25_000 } else { 100 })
}

/// Everything fails after a second.
pub(crate) const fn fails(failure: Failure) -> impl FnMut(&Flight, &Centre) -> Ending {
    move |_, _| Ending::Fails(1_000, failure)
}

impl Centre {
    fn has_news_for(&self, flight: &Flight) -> bool {
        let path = flight.request.path.strip_prefix("/v1/incidents/").unwrap();
        let (incident, after) = path.split_once("?after=").unwrap();
        let after: usize = after.split('&').next().unwrap().parse().unwrap();
        self.steps.get(incident).is_some_and(|steps| steps.len() > after)
    }
}

impl World {
    /// Lets `ms` go by; `ending` says what becomes of each flight at the moment at which it is first seen.
    pub(crate) fn run_for(&mut self, ms: u64, mut ending: impl FnMut(&Flight, &Centre) -> Ending) {
        let deadline = self.t().after(ms);
        let mut ends: Vec<(T, Flight, Outcome)> = Vec::new();
        for _ in 0..200_000 {
            for flight in self.flights.clone() {
                if ends.iter().all(|(_, known, _)| known.number() != flight.number()) {
                    let (after_ms, outcome) = self.outcome(&flight, &mut ending);
                    ends.push((self.t().after(after_ms), flight, outcome));
                }
            }
            let next_end = (0..ends.len()).min_by_key(|index| ends[*index].0);
            let end_at = next_end.map(|index| ends[index].0);
            let wake_at = self.wake.map(|wake| wake.at.max(self.t()));
            let Some(next) = end_at.into_iter().chain(wake_at).min().filter(|next| *next <= deadline) else {
                self.advance(deadline.since(self.t()));
                return;
            };
            self.advance(next.since(self.t()));
            match next_end {
                Some(index) if end_at == Some(next) => {
                    let (_, flight, outcome) = ends.remove(index);
                    self.end(&flight, outcome);
                }
                Some(_) | None => {
                    let _ = self.step(Event::Woke);
                }
            }
        }
        panic!("too much happens");
    }

    fn outcome(&mut self, flight: &Flight, ending: &mut impl FnMut(&Flight, &Centre) -> Ending) -> (u64, Outcome) {
        let limit_ms = u64::from(flight.request.timeout_ms);
        let wall_ms = self.wall_ms;
        let (after_ms, outcome) = match ending(flight, &self.centre) {
            Ending::Delivered(ms) => (ms, Ok(self.centre.reply(flight, wall_ms))),
            Ending::ReplyLost(ms, failure) => {
                let _ = self.centre.reply(flight, wall_ms);
                (ms, Err(failure))
            }
            Ending::Reply(ms, reply) => (ms, Ok(reply)),
            Ending::Fails(ms, failure) => (ms, Err(failure)),
        };
        if after_ms > limit_ms { (limit_ms, Err(Failure::TimedOut)) } else { (after_ms, outcome) }
    }

    /// Until no row waits any more.
    #[track_caller]
    pub(crate) fn run_until_quiet(&mut self, limit_ms: u64) {
        let end = self.t().after(limit_ms);
        while self.outbox.rows().any(|row| row.slot.lane().is_some()) {
            assert!(self.t() < end, "rows still wait: {:?}", self.snapshot().waiting);
            self.run_for(1_000, delivers);
        }
    }
}
