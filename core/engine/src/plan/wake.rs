//! The one wake-up (INV-6): the earliest of heads, leases, gates and deadlines, or none. There is no polling.

use crate::clock::T;
use crate::decide::age_limit;
use crate::delivery::SOS_WAIT_LIMIT_MS;
use crate::effect::{Wake, WakeReason};
use crate::outbox::Lane;
use crate::plan::Heads;
use crate::plan::claim::{gives_way, in_flight, is_claimed, is_gone, must_pass_in_flight};
use crate::plan::read::offers_timeline;
use crate::turn::Turn;

pub(super) fn next(turn: &Turn, heads: &Heads, keys_known: bool) -> Option<Wake> {
    let mut earliest = Earliest::default();
    for claim in &turn.state.claims {
        earliest.offer(claim.until, WakeReason::Row(claim.row.lane));
    }
    for lane in Lane::ALL {
        waiting(turn, heads, lane, &mut earliest);
    }
    reads(turn, keys_known, &mut earliest);
    if let (_, Some(over)) = turn.state.press.standing(turn.t, &turn.rules.press) {
        earliest.offer(over, WakeReason::PressWindow);
    }
    for at in turn.state.incidents.iter().filter_map(|incident| age_limit(incident, &turn.rules)) {
        earliest.offer(at, WakeReason::IncidentAge);
    }
    // The postcondition of every step, whatever the plan thinks it knows.
    if turn.state.waiting.of(Lane::Sos) > 0 {
        earliest.offer(turn.t.after(SOS_WAIT_LIMIT_MS), WakeReason::SosUnreceipted);
    }
    earliest.0
}

/// The first row of a lane that is not in flight. When the lane or an SOS holds it back, the end of that claim wakes.
fn waiting(turn: &Turn, heads: &Heads, lane: Lane, earliest: &mut Earliest) {
    if in_flight(turn, lane) >= lane.in_flight_limit() || gives_way(turn, lane) {
        return;
    }
    let Some(head) = heads.of(lane).iter().find(|head| !is_claimed(turn, head) && !is_gone(turn, head)) else {
        // All that was seen went aside in this very plan, unreadable: the rows behind are looked at next (F18).
        if turn.state.waiting.of(lane) > 0 && heads.of(lane).iter().any(|head| is_gone(turn, head)) {
            earliest.offer(turn.t, WakeReason::Row(lane));
        }
        return;
    };
    let due = head.slot.due();
    if lane.never_parks() {
        return earliest.offer(due, WakeReason::Row(lane));
    }
    let (open, _) = turn.state.gates.ordinary(turn.rules.second_route);
    if open > due {
        earliest.offer(open, WakeReason::Gate(lane));
    } else {
        earliest.offer(due, WakeReason::Row(lane));
    }
}

/// Keys wake only while a row waits for a receipt, and what the centre offers never does: a phone in a pocket stays asleep.
fn reads(turn: &Turn, keys_known: bool, earliest: &mut Earliest) {
    let reads = &turn.state.reads;
    let rows_wait = Lane::ALL.into_iter().any(|lane| turn.state.waiting.of(lane) > 0);
    let held = turn.state.claims.iter().any(|claim| claim.held.is_some());
    match (reads.keys.in_flight, reads.keys.due) {
        (Some((_, until)), _) => earliest.offer(until, WakeReason::Keys),
        (None, Some(due)) if held || (rows_wait && !keys_known) => earliest.offer(due, WakeReason::Keys),
        (None, _) => {}
    }
    if !offers_timeline(turn) {
        return;
    }
    for follow in turn.state.incidents.iter().map(|incident| &incident.follow) {
        match (follow.in_flight, follow.due) {
            (Some((_, until)), _) => earliest.offer(until, WakeReason::Timeline),
            // The end of that claim wakes.
            (None, Some(_)) if must_pass_in_flight(turn) => {}
            (None, Some(due)) => {
                let (open, _) = turn.state.gates.ordinary(turn.rules.second_route);
                earliest.offer(due.max(open), WakeReason::Timeline);
            }
            (None, None) => {}
        }
    }
}

/// Keeps the earlier of what it has and what it is offered.
#[derive(Default)]
struct Earliest(Option<Wake>);

impl Earliest {
    fn offer(&mut self, at: T, reason: WakeReason) {
        if self.0.is_none_or(|wake| at < wake.at) {
            self.0 = Some(Wake { at, reason });
        }
    }
}
