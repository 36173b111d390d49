//! What time alone brings: every step first does what is due by now.

use crate::clock::T;
use crate::decide::create;
use crate::effect::Effect;
use crate::incident::{ClosedBy, Incident, Phase};
use crate::outbox::Kind;
use crate::plant::{Plant, planted};
use crate::turn::Turn;

/// An ended incident stays on the screen, and is followed, for this long; then it goes into the history.
pub(crate) const ENDED_STAYS_MS: u64 = 60 * 60_000;
/// A report is followed for a week.
const REPORT_MAX_AGE_MS: u64 = 7 * 86_400_000;

pub(super) fn pass(turn: &mut Turn) {
    let t = turn.t;
    turn.state.reads.keys.expire(t);
    turn.state.reads.capabilities.expire(t);
    if turn.state.press.lapse(t, &turn.rules.press) {
        turn.dirty = true;
        stop_unneeded_location(turn);
    }
    close_aged(turn);
    archive_ended(turn);
}

/// Gives up the claims whose lease is over. It comes after the event: a phone that slept through the lease wakes up with the
/// reply in its hand, and a valid receipt always counts (INV-3).
pub(super) fn release_expired(turn: &mut Turn) {
    let t = turn.t;
    let before = turn.state.claims.len();
    turn.state.claims.retain(|claim| t < claim.until || planted(Plant::KeepLeases));
    turn.dirty |= turn.state.claims.len() != before;
}

/// Positioning costs energy (F49): it stops when no incident sends fixes any more and no press stands.
pub(super) fn stop_unneeded_location(turn: &mut Turn) {
    let presses = turn.state.press.standing(turn.t, &turn.rules.press).0;
    if presses == 0 && !needs_location(turn) {
        turn.effects.push(Effect::StopLocation);
    }
}

/// Whether an incident that sends fixes is open.
fn needs_location(turn: &Turn) -> bool {
    turn.state.incidents.iter().any(|incident| incident.phase.is_open() && incident.kind == Kind::Sos)
}

fn close_aged(turn: &mut Turn) {
    let t = turn.t;
    let mut closed = false;
    for incident in &mut turn.state.incidents {
        if incident.follow.in_flight.is_some_and(|(_, until)| until <= t) {
            incident.follow.in_flight = None;
        }
        if age_limit(incident, &turn.rules).is_some_and(|limit| limit <= t) {
            incident.phase = Phase::Closed { at: t, by: ClosedBy::Age };
            closed = true;
        }
    }
    if closed {
        turn.dirty = true;
        stop_unneeded_location(turn);
    }
}

/// When an open incident is over by its age alone. An SOS without a receipt has no such moment: it is tried for ever.
pub(crate) fn age_limit(incident: &Incident, rules: &crate::config::Rules) -> Option<T> {
    const HOUR_MS: u64 = 3_600_000;
    const MINUTE_MS: u64 = 60_000;
    if !incident.phase.is_open() {
        return None;
    }
    if incident.drill {
        return Some(incident.began.after(u64::from(rules.incident.drill_max_age_min) * MINUTE_MS));
    }
    let max_age_ms = if incident.kind == Kind::Report {
        REPORT_MAX_AGE_MS
    } else {
        u64::from(rules.incident.sos_max_age_h) * HOUR_MS
    };
    incident.create.receipt.as_ref().map(|receipt| receipt.t.after(max_age_ms))
}

fn archive_ended(turn: &mut Turn) {
    let t = turn.t;
    let over = |incident: &Incident| {
        incident.pending == 0 && incident.phase.ended().is_some_and(|ended| t.since(ended) >= ENDED_STAYS_MS)
    };
    while let Some(index) = turn.state.incidents.iter().position(over) {
        create::archive(turn, index);
    }
}
