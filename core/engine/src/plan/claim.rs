//! Claims: a due head gets a lease and leaves.

use crate::delivery::{Claim, lease_ms};
use crate::effect::Dispatch;
use crate::outbox::{Change, Content, Head, HeadContent, Lane, RowKey};
use crate::plan::{Pace, freeze, request};
use crate::plant::{Plant, planted};
use crate::turn::Turn;
use crate::wire::Route;

/// Claims what may leave of one lane.
pub(super) fn lane(turn: &mut Turn, lane: Lane, heads: &[Head], pace: Pace, dispatches: &mut Vec<Dispatch>) {
    let mut free = lane.in_flight_limit().saturating_sub(in_flight(turn, lane));
    let mut rest = heads;
    while let Some((head, behind)) = rest.split_first() {
        rest = behind;
        // An SOS leaves in the step that makes it, however many older ones are in flight or due (INV-5).
        let is_new_sos = lane == Lane::Sos && head.attempt == 0;
        if free == 0 && !is_new_sos {
            if lane == Lane::Sos {
                continue;
            }
            return;
        }
        let due = head.slot.due() <= turn.t || (lane.never_parks() && pace.hurries(head.attempt));
        if !due {
            return;
        }
        if is_claimed(turn, head) || is_gone(turn, head) {
            continue;
        }
        let Some(route) = route(turn, lane, head) else { return };
        if let Some(dispatch) = claim(turn, lane, head, behind, route) {
            dispatches.push(dispatch);
            free = free.saturating_sub(1);
        }
    }
}

/// The route over which a row of this lane may leave now, if any.
fn route(turn: &Turn, lane: Lane, head: &Head) -> Option<Route> {
    let (gates, second_route) = (&turn.state.gates, turn.rules.second_route);
    if planted(Plant::HeadOfLine) && !turn.state.claims.is_empty() {
        return None;
    }
    if lane.never_parks() {
        return Some(gates.must_pass(head.attempt.saturating_add(1), second_route));
    }
    let (open, route) = gates.ordinary(second_route, head.kind.needs_identity(head.drill));
    (open <= turn.t && !gives_way(turn, lane)).then_some(route)
}

/// On a thin link an ordinary row's bytes are an SOS's seconds: reports, backfill and media wait while one is in flight. They
/// do not wait for an SOS that backs off, or a centre that refuses it would stop everything (INV-5).
pub(super) fn gives_way(turn: &Turn, lane: Lane) -> bool {
    lane >= Lane::Report && must_pass_in_flight(turn)
}

pub(super) fn must_pass_in_flight(turn: &Turn) -> bool {
    turn.state.claims.iter().any(|claim| claim.row.lane.never_parks())
}

pub(super) fn in_flight(turn: &Turn, lane: Lane) -> usize {
    turn.state.claims.iter().filter(|claim| claim.row.lane == lane).count()
}

pub(super) fn is_claimed(turn: &Turn, head: &Head) -> bool {
    turn.state.claims.iter().any(|claim| claim.slot == head.slot)
}

/// Whether this very plan has deleted or moved the row already: a draft that went into a batch.
pub(super) fn is_gone(turn: &Turn, head: &Head) -> bool {
    turn.changes.iter().any(|change| change.takes_away(head.slot))
}

fn claim(turn: &mut Turn, lane: Lane, head: &Head, behind: &[Head], route: Route) -> Option<Dispatch> {
    let attempt = head.attempt.saturating_add(1);
    let (sha256, fresh) = match &head.content {
        HeadContent::Frozen(sha256) => (*sha256, None),
        HeadContent::Draft(draft) => match freeze::freeze(turn, lane, head, draft, behind) {
            Some(Content::Frozen { bytes, sha256 }) => {
                let content = Content::Frozen { bytes: bytes.clone(), sha256 };
                turn.changes.push(Change::Write { slot: head.slot, event: head.event, content });
                (sha256, Some(bytes))
            }
            // Its incident is gone, or the draft is unreadable: kept and shown, and out of the way (F18).
            Some(Content::Draft(_)) | None => {
                turn.park(head.slot, head.incident, head.attempt);
                return None;
            }
        },
    };
    if lane.never_parks() {
        turn.state.gates.tried(route);
    }
    if let Some(incident) = turn.state.incident_mut(head.incident)
        && incident.newest_fix.is_some_and(|newest| newest.slot == head.slot)
    {
        incident.newest_fix = None;
    }
    let until = turn.t.after(lease_ms(attempt));
    let slot = turn.slot(lane, until);
    if planted(Plant::DeleteAtClaim) {
        turn.changes.push(Change::Delete { slot: head.slot, event: head.event });
    }
    turn.changes.push(Change::Move { from: head.slot, to: slot, attempt });
    turn.dirty = true;
    let claim = Claim {
        row: RowKey { lane, event: head.event },
        slot,
        attempt,
        incident: head.incident,
        kind: head.kind,
        drill: head.drill,
        sha256,
        route,
        owner: turn.owner,
        until,
        outdated: false,
        held: None,
    };
    let dispatch = request::delivery(turn, &claim, head.slot.due(), fresh);
    turn.state.claims.push(claim);
    note_first_attempt(turn, head);
    Some(dispatch)
}

fn note_first_attempt(turn: &mut Turn, head: &Head) {
    let wall_ms = turn.wall_ms;
    if let Some(incident) = turn.state.incident_mut(head.incident)
        && incident.id.create_event() == head.event
    {
        let _ = incident.create.first_attempt_wall_ms.get_or_insert(wall_ms);
    }
}
