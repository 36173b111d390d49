//! Claims: a due head gets a lease and leaves.

use siaga_vault::Digest;

use crate::clock::T;
use crate::decide::ROW_WAIT_MS;
use crate::delivery::{Claim, Flight, lease_ms};
use crate::effect::Dispatch;
use crate::media::{FilePhase, Upload};
use crate::outbox::{Change, Content, Head, HeadContent, Kind, Lane, Row, RowKey};
use crate::plan::{Pace, freeze, meter, request, upload};
use crate::plant::{Plant, planted};
use crate::turn::Turn;
use crate::wire::Route;

/// Claims what may leave of one lane.
pub(super) fn lane(turn: &mut Turn, lane: Lane, heads: &[Head], pace: Pace, dispatches: &mut Vec<Dispatch>) {
    let handed = lane == Lane::Media && pace == Pace::HandOver;
    if handed && !must_pass_in_flight(turn) {
        upload::hand_over(turn, dispatches);
    }
    let mut rest = heads;
    while let Some((head, behind)) = rest.split_first() {
        rest = behind;
        // An SOS leaves in the step that makes it, however many older ones are in flight or due (INV-5).
        let is_new_sos = lane == Lane::Sos && head.attempt == 0;
        let unmetered = handed && meter::needs_unmetered(turn, head.incident, head.event);
        if in_flight(turn, lane, unmetered) >= lane.in_flight_limit() && !is_new_sos {
            // Behind it may stand one that this does not hold up.
            if lane == Lane::Sos || handed {
                continue;
            }
            return;
        }
        let due = due(turn, lane, head) <= turn.t || handed || (lane.never_parks() && pace.hurries(head.attempt));
        if !due {
            return;
        }
        if is_claimed(turn, head) || is_gone(turn, head) || stands_aside(turn, head, handed) {
            continue;
        }
        let Some(route) = route(turn, lane, head, handed) else { return };
        if let Some(dispatch) = claim(turn, head, behind, &Leave { lane, route, handed, unmetered }) {
            dispatches.push(dispatch);
        }
    }
}

/// How a head leaves.
struct Leave {
    lane: Lane,
    route: Route,
    /// A platform carries it, which itself waits until the row is due.
    handed: bool,
    /// And until the network is unmetered.
    unmetered: bool,
}

/// The route over which a row of this lane may leave now, if any.
fn route(turn: &Turn, lane: Lane, head: &Head, handed: bool) -> Option<Route> {
    if planted(Plant::HeadOfLine) && !turn.state.claims.is_empty() {
        return None;
    }
    if lane.never_parks() {
        return Some(turn.state.gates.must_pass(head.attempt.saturating_add(1), turn.rules.second_route));
    }
    let (open, route) = gate(turn, lane, head);
    ((handed || open <= turn.t) && !gives_way(turn, lane) && !lacks_offer(turn, lane)).then_some(route)
}

/// When a row is due. No upload waits for longer than for its back-off but in a platform's hands: one without a claim that seems to
/// was given away by a process whose claims are forgotten, as with a database that was set aside, and asks at once.
pub(super) fn due(turn: &Turn, lane: Lane, head: &Head) -> T {
    let due = head.slot.due();
    let is_forgotten = lane == Lane::Media && due.since(turn.t) > ROW_WAIT_MS && !is_claimed(turn, head);
    if is_forgotten { turn.t } else { due }
}

/// When an ordinary row may leave, and over which route.
pub(super) fn gate(turn: &Turn, lane: Lane, head: &Head) -> (T, Route) {
    let (gates, second_route) = (&turn.state.gates, turn.rules.second_route);
    if lane == Lane::Media {
        return gates.uploads(second_route);
    }
    gates.ordinary(second_route, head.kind.needs_identity(head.drill))
}

/// A centre that does not take files answers like a portal: nobody asks it to.
pub(crate) fn lacks_offer(turn: &Turn, lane: Lane) -> bool {
    lane == Lane::Media && !turn.state.reads.offers("media")
}

/// On a thin link an ordinary row's bytes are an SOS's seconds: reports, backfill and media wait while one is in flight. They
/// do not wait for an SOS that backs off, or a centre that refuses it would stop everything (INV-5).
pub(super) fn gives_way(turn: &Turn, lane: Lane) -> bool {
    lane >= Lane::Report && must_pass_in_flight(turn)
}

pub(super) fn must_pass_in_flight(turn: &Turn) -> bool {
    turn.state.claims.iter().any(|claim| claim.row.lane.never_parks())
}

/// How many rows of a lane are in flight: of those that a platform keeps until a network is unmetered, or of all others, which do
/// not wait for them.
pub(super) fn in_flight(turn: &Turn, lane: Lane, kept: bool) -> usize {
    turn.state.claims.iter().filter(|claim| claim.row.lane == lane && claim.is_kept() == kept).count()
}

pub(super) fn is_claimed(turn: &Turn, head: &Head) -> bool {
    turn.state.claims.iter().any(|claim| claim.slot == head.slot)
}

/// Whether this very plan has deleted or moved the row already: a draft that went into a batch.
pub(super) fn is_gone(turn: &Turn, head: &Head) -> bool {
    turn.changes.iter().any(|change| change.takes_away(head.slot))
}

/// The row of a file that shall not be sent now makes room for those behind it: set aside while it waits for the citizen or for
/// another network, and gone when it was withdrawn before its row came back from a database that had been set aside.
fn stands_aside(turn: &mut Turn, head: &Head, handed: bool) -> bool {
    let known = meter::file(turn, head.incident, head.event).filter(|_| head.kind == Kind::File);
    if known.is_some_and(|(_, file)| matches!(file.phase, FilePhase::Withdrawn)) {
        turn.delete(head.slot, head.event, head.incident);
        return true;
    }
    let waits = meter::waits(turn, head, handed).is_some();
    if waits && !head.slot.is_aside() {
        let to = turn.aside(Lane::Media);
        turn.relocate(head.slot, to, head.attempt);
    }
    waits
}

/// What a claimed row sends.
enum Load {
    /// The store's frozen bytes.
    Stored(Digest),
    /// Bytes that this step froze.
    Fresh(Digest, Vec<u8>),
    /// The next request of a file's upload.
    Part(Flight),
}

/// Brings a head's content into the form in which it leaves; `None` when its incident is gone, or its draft is unreadable.
fn load(turn: &mut Turn, head: &Head, behind: &[Head], leave: &Leave) -> Option<Load> {
    let draft = match &head.content {
        HeadContent::Frozen(sha256) => return Some(Load::Stored(*sha256)),
        HeadContent::Draft(draft) => draft,
    };
    let (content, load) = if head.kind == Kind::File {
        let upload = Upload::read(draft)?;
        let ask = upload.ask(head.incident, leave.route, leave.handed, upload::checks_parts(turn));
        // Whoever finds the row after this process has died asks first how much is there.
        (
            Content::Draft(upload.in_doubt().write()),
            Load::Part(Flight {
                upload,
                ask,
                began: turn.t,
                handed: leave.handed,
                unmetered: leave.unmetered,
                last: false,
            }),
        )
    } else {
        let Content::Frozen { bytes, sha256 } = freeze::freeze(turn, leave.lane, head, draft, behind)? else {
            return None;
        };
        (Content::Frozen { bytes: bytes.clone(), sha256 }, Load::Fresh(sha256, bytes))
    };
    turn.changes.push(Change::Write { slot: head.slot, event: head.event, content });
    Some(load)
}

/// A draft that leaves from memory gets another id. The commit that failed may hold it frozen, with other bytes, and may stand after
/// all when the process dies (INV-4).
fn named_anew(turn: &mut Turn, head: &Head) -> Option<Head> {
    let HeadContent::Draft(draft) = &head.content else { return None };
    if turn.in_memory.is_none() || head.kind == Kind::File {
        return None;
    }
    let Head { slot, incident, kind, drill, attempt, .. } = *head;
    let event = turn.mint_event();
    let content = Content::Draft(draft.clone());
    turn.changes.push(Change::Delete { slot, event: head.event });
    turn.changes.push(Change::Insert(Row { slot, incident, event, kind, drill, attempt, content }));
    Some(Head { event, ..head.clone() })
}

fn claim(turn: &mut Turn, head: &Head, behind: &[Head], leave: &Leave) -> Option<Dispatch> {
    let Leave { lane, route, handed, unmetered: _ } = *leave;
    let named = named_anew(turn, head);
    let head = named.as_ref().unwrap_or(head);
    let attempt = head.attempt.saturating_add(1);
    let Some(load) = load(turn, head, behind, leave) else {
        // Kept and shown, and out of the way (F18).
        turn.park(head.slot, head.incident, head.attempt);
        return None;
    };
    let (sha256, fresh, upload) = match load {
        Load::Stored(sha256) => (sha256, None, None),
        Load::Fresh(sha256, bytes) => (sha256, Some(bytes), None),
        Load::Part(flight) => (flight.upload.sha256, None, Some(flight)),
    };
    if lane.never_parks() {
        turn.state.gates.tried(route);
    }
    if let Some(incident) = turn.state.incident_mut(head.incident)
        && incident.newest_fix.is_some_and(|newest| newest.slot == head.slot)
    {
        incident.newest_fix = None;
    }
    let until = turn.t.after(if upload.is_some() { upload::lease_ms(handed) } else { lease_ms(attempt) });
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
        upload,
    };
    let dispatch = match &claim.upload {
        Some(flight) => upload::dispatch(turn, &claim, flight, due(turn, lane, head).max(gate(turn, lane, head).0)),
        None => request::delivery(turn, &claim, head.slot.due(), fresh),
    };
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
