//! Reads that are due: keys, capabilities, timelines. They pass the ordinary gates.

use crate::clock::T;
use crate::effect::Dispatch;
use crate::ids::IncidentId;
use crate::incident::Follow;
use crate::plan::claim::must_pass_in_flight;
use crate::plan::request;
use crate::turn::Turn;
use crate::wire::{Route, Ticket};

/// How long a read may be in flight before it counts as lost: its time-out, and time to hand back the outcome.
const LEASE_MS: u64 = 35_000;

pub(super) fn plan(turn: &mut Turn, keys_known: bool, dispatches: &mut Vec<Dispatch>) {
    let (open, route) = turn.state.gates.ordinary(turn.rules.second_route, false);
    let until = turn.t.after(LEASE_MS);
    let claimed = Some((turn.owner, until));
    // A receipt may wait for the keys, so these pass a closed gate as the SOS does.
    let held = turn.state.claims.iter().any(|claim| claim.held.is_some());
    let due = |at: Option<T>, in_flight: bool| at.is_some_and(|at| at <= turn.t) && !in_flight;
    let keys = &turn.state.reads.keys;
    if due(keys.due, keys.in_flight.is_some()) && (open <= turn.t || held || !keys_known) {
        let route = alternate(route, keys.failures, turn.rules.second_route);
        dispatches.push(request::document(Ticket::Keys, "/v1/keys", route));
        turn.state.reads.keys.in_flight = claimed;
    }
    if open > turn.t || must_pass_in_flight(turn) {
        return;
    }
    let capabilities = &turn.state.reads.capabilities;
    if capabilities.due.is_some_and(|at| at <= turn.t) && capabilities.in_flight.is_none() {
        dispatches.push(request::document(Ticket::Capabilities, "/v1/capabilities", route));
        turn.state.reads.capabilities.in_flight = claimed;
    }
    timelines(turn, route, until, dispatches);
}

fn timelines(turn: &mut Turn, route: Route, until: T, dispatches: &mut Vec<Dispatch>) {
    if !offers_timeline(turn) {
        return;
    }
    let due: Vec<(IncidentId, Follow)> = turn
        .state
        .incidents
        .iter()
        .filter(|incident| incident.follow.in_flight.is_none() && incident.follow.due.is_some_and(|at| at <= turn.t))
        .map(|incident| (incident.id, incident.follow.clone()))
        .collect();
    for (id, follow) in due {
        let route = alternate(route, follow.failures, turn.rules.second_route);
        dispatches.push(request::timeline(turn, id, &follow, route));
        let owner = turn.owner;
        if let Some(incident) = turn.state.incident_mut(id) {
            incident.follow.asked(owner, until);
        }
    }
}

/// A centre of the basic profile has no timeline; until it was asked, it may have one.
pub(super) fn offers_timeline(turn: &Turn) -> bool {
    turn.state.reads.offers.as_ref().is_none_or(|offers| offers.iter().any(|offer| offer == "timeline"))
}

const fn alternate(route: Route, failures: u32, second_route: bool) -> Route {
    match (second_route && failures % 2 == 1, route) {
        (false, route) => route,
        (true, Route::Primary) => Route::Second,
        (true, Route::Second) => Route::Primary,
    }
}
