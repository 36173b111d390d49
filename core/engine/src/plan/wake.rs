//! The one wake-up (INV-6): the earliest of heads, leases, gates and deadlines, or none. There is no polling.

use crate::clock::T;
use crate::decide::age_limit;
use crate::delivery::{Claim, SOS_WAIT_LIMIT_MS};
use crate::effect::{Wake, WakeReason};
use crate::outbox::{Head, Lane};
use crate::plan::Heads;
use crate::plan::claim::{due, gate, gives_way, in_flight, is_claimed, is_gone, lacks_offer, must_pass_in_flight};
use crate::plan::meter;
use crate::plan::read::offers_timeline;
use crate::plant::{Plant, planted};
use crate::snapshot::Waits;
use crate::turn::Turn;

pub(super) fn next(turn: &mut Turn, heads: &Heads, keys_known: bool) -> Option<Wake> {
    let mut earliest = Earliest::default();
    for claim in &turn.state.claims {
        earliest.offer(claim.until, WakeReason::Row(claim.row.lane));
    }
    for lane in Lane::ALL {
        let wait = waiting(turn, heads, lane);
        if let Some((Waits::BackOff, at)) = wait {
            earliest.offer(at, WakeReason::Row(lane));
        }
        if let Some((Waits::Gate, at)) = wait {
            earliest.offer(at, WakeReason::Gate(lane));
        }
        note(turn, lane, wait);
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
    earliest.0.filter(|wake| !(planted(Plant::NoWakeUp) && is_of_sos(wake.reason)))
}

/// Only a build that plants bugs asks.
fn is_of_sos(reason: WakeReason) -> bool {
    matches!(reason, WakeReason::Row(Lane::Sos) | WakeReason::SosUnreceipted)
}

/// Why a lane's rows wait, and until when. What waits for the end of a claim needs no wake-up of its own.
fn waiting(turn: &Turn, heads: &Heads, lane: Lane) -> Option<(Waits, T)> {
    let own = |claim: &&Claim| claim.row.lane == lane && !(claim.is_kept() && turn.state.metered);
    let claimed = turn.state.claims.iter().filter(own).map(|claim| claim.until).min();
    let head = heads.of(lane).iter().find(|head| waits_for_time(turn, head));
    let full = in_flight(turn, lane, false) >= lane.in_flight_limit();
    if let (Some(until), true) = (claimed, full) {
        return Some((Waits::ForReply, until));
    }
    let Some(head) = head else {
        // All that was seen went aside in this very plan, unreadable: the rows behind are looked at next (F18).
        let aside = |head: &Head| is_gone(turn, head) && turn.state.claims.iter().all(|c| c.row.event != head.event);
        let unseen = heads.of(lane).iter().any(aside) && turn.state.waiting.of(lane) > 0;
        if unseen {
            return Some((Waits::BackOff, turn.t));
        }
        let aside = heads.of(lane).iter().find_map(|head| meter::waits(turn, head, false));
        let is_kept = turn.state.claims.iter().any(|claim| claim.row.lane == lane && claim.is_kept());
        let waits = aside.or(is_kept.then_some(Waits::ForUnmetered));
        return claimed.map(|until| (Waits::ForReply, until)).or(waits.map(|waits| (waits, turn.t)));
    };
    if lacks_offer(turn, lane) {
        return Some((Waits::ForOffer, turn.state.reads.capabilities.due.unwrap_or(turn.t)));
    }
    if gives_way(turn, lane) {
        let until =
            turn.state.claims.iter().filter(|claim| claim.row.lane.never_parks()).map(|claim| claim.until).min();
        return until.map(|until| (Waits::ForSos, until));
    }
    let due = due(turn, lane, head);
    let (open, _) = gate(turn, lane, head);
    Some(if lane.never_parks() || open <= due { (Waits::BackOff, due) } else { (Waits::Gate, open) })
}

/// What is set aside waits for the citizen or for another network, and for no moment.
fn waits_for_time(turn: &Turn, head: &Head) -> bool {
    let stays = head.slot.is_aside() && meter::waits(turn, head, false).is_some();
    !is_claimed(turn, head) && !is_gone(turn, head) && !stays
}

/// Keeps for the screen why a lane waits (F32). A lane without rows has nothing to say.
fn note(turn: &mut Turn, lane: Lane, wait: Option<(Waits, T)>) {
    match wait {
        None => {
            let _ = turn.state.lanes.remove(&lane);
        }
        Some((waits, next)) => {
            let note = turn.state.lanes.entry(lane).or_default();
            let has_moment = !matches!(waits, Waits::ForResume | Waits::ForUnmetered);
            (note.waits, note.next) = (Some(waits), has_moment.then_some(next));
        }
    }
}

/// Keys wake only while a row waits for a receipt, and what the centre offers only while a file waits for that: a phone in a
/// pocket stays asleep.
fn reads(turn: &Turn, keys_known: bool, earliest: &mut Earliest) {
    let reads = &turn.state.reads;
    let rows_wait = Lane::ALL.into_iter().any(|lane| turn.state.waiting.of(lane) > 0);
    let held = turn.state.claims.iter().any(|claim| claim.held.is_some());
    match (reads.keys.in_flight, reads.keys.due) {
        (Some((_, until)), _) => earliest.offer(until, WakeReason::Keys),
        (None, Some(due)) if held || (rows_wait && !keys_known) => earliest.offer(due, WakeReason::Keys),
        (None, _) => {}
    }
    offers(turn, earliest);
    if !offers_timeline(turn) {
        return;
    }
    for follow in turn.state.incidents.iter().map(|incident| &incident.follow) {
        match (follow.in_flight, follow.due) {
            (Some((_, until)), _) => earliest.offer(until, WakeReason::Timeline),
            // The end of that claim wakes.
            (None, Some(_)) if must_pass_in_flight(turn) => {}
            (None, Some(due)) => {
                let (open, _) = turn.state.gates.ordinary(turn.rules.second_route, false);
                earliest.offer(due.max(open), WakeReason::Timeline);
            }
            (None, None) => {}
        }
    }
}

fn offers(turn: &Turn, earliest: &mut Earliest) {
    let capabilities = &turn.state.reads.capabilities;
    if turn.state.waiting.of(Lane::Media) == 0 || !lacks_offer(turn, Lane::Media) {
        return;
    }
    match (capabilities.in_flight, capabilities.due) {
        (Some((_, until)), _) => earliest.offer(until, WakeReason::Offers),
        // The end of that claim wakes.
        (None, Some(_)) if must_pass_in_flight(turn) => {}
        (None, Some(due)) => {
            let (open, _) = turn.state.gates.ordinary(turn.rules.second_route, false);
            earliest.offer(due.max(open), WakeReason::Offers);
        }
        (None, None) => {}
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
