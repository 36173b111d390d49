//! The requests of deliveries in flight, kept until they end: a process that is about to sleep hands them to the platform, since
//! its own sockets die with it (F57).

use std::collections::BTreeMap;

use siaga_engine::Engine;
use siaga_engine::outbox::{Lane, RowKey};
use siaga_engine::wire::{Request, Ticket};

/// By row, each with the attempt that is under way. As many as may be in flight, each at most 32 KiB (INV-10).
#[derive(Debug, Default)]
pub(super) struct Carried(BTreeMap<RowKey, (u32, Request)>);

impl Carried {
    /// After a step: takes in what it lets out, and forgets what is not in flight any more.
    pub(super) fn follow(&mut self, released: &[(Ticket, Request)], engine: &Engine) {
        for (ticket, request) in released {
            match ticket {
                // Parts of files are named anew at each hand-over: they are in the engine's state, and outlive the process.
                Ticket::Delivery { row, .. } if row.lane == Lane::Media => {}
                Ticket::Delivery { row, attempt } => {
                    let _ = self.0.insert(*row, (*attempt, request.clone()));
                }
                Ticket::Keys | Ticket::Capabilities | Ticket::Timeline(_) => {}
            }
        }
        self.0.retain(|row, (attempt, _)| engine.is_in_flight(*row, *attempt));
    }

    /// All of them, the most urgent lane first.
    pub(super) fn all(&self) -> Vec<(Ticket, Request)> {
        let ticket = |row: &RowKey, attempt: &u32| Ticket::Delivery { row: *row, attempt: *attempt };
        self.0.iter().map(|(row, (attempt, request))| (ticket(row, attempt), request.clone())).collect()
    }
}
