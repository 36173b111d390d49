//! What the citizen asks for beside pressing: a drill, a cancel, a report.

use crate::decide::create::{self, Create};
use crate::decide::deadline::stop_unneeded_location;
use crate::decide::press::start_location;
use crate::effect::{Answer, Declined};
use crate::ids::IncidentId;
use crate::incident::{CancelAuth, Incident, Phase, Report, ReportFault};
use crate::outbox::{Kind, Lane};
use crate::plant::{Plant, planted};
use crate::turn::{NewRow, Turn};
use crate::wire::{Body, CancelBody, Timing};

/// Reports that are followed at once; with one SOS and one drill the state's eight incidents are never all open.
const MOST_OPEN_REPORTS: usize = 4;
/// A report whose rows still wait stays beyond that, because they need its secret; one whose files wait, in any case.
const MOST_PENDING_REPORTS: usize = 16;
/// Reports that wait for a network. A city's citizen writes a few; 200 are some 800 KB.
const MOST_WAITING_REPORTS: u32 = 200;

/// A drill goes the whole way of an SOS, and cannot be taken for one.
pub(super) fn drill(turn: &mut Turn) -> Answer {
    if let Some(sos) = turn.state.open_sos() {
        return Answer::Declined(Declined::SosIsOpen(sos.id));
    }
    if let Some(drill) = turn.state.open_drill() {
        return Answer::Made(drill.id);
    }
    start_location(turn);
    Answer::Made(create::create(turn, Create::Sos { drill: true, trigger: None }))
}

/// Calls the open SOS off, or else the open drill. A cancel is an event and never a deletion: the create is delivered all the
/// same, and the centre decides what a cancel is worth.
pub(super) fn cancel(turn: &mut Turn, auth: &CancelAuth) -> Answer {
    let open = turn.state.open_sos().or_else(|| turn.state.open_drill()).map(|incident| incident.id);
    let Some(id) = open else {
        return Answer::Declined(Declined::NothingOpen);
    };
    let event = turn.mint_event();
    let Some(body) = cancel_body(turn, id, auth) else {
        return Answer::Declined(Declined::NothingOpen);
    };
    let Some(content) = turn.freeze(id, event, Kind::Cancel, Timing::Live, &body) else {
        return Answer::Declined(Declined::NothingOpen);
    };
    let (lane, drill) = turn.state.incident(id).map_or((Lane::Urgent, false), |i| (i.later_lane(), i.drill));
    let due = turn.t;
    if !planted(Plant::ForgetCancel) {
        let _ = turn.insert(NewRow { incident: id, event, lane, due, kind: Kind::Cancel, drill, content });
    }
    turn.dirty = true;
    if let Some(incident) = turn.state.incident_mut(id) {
        incident.phase = Phase::Cancelled { at: due };
    }
    turn.state.press.rearm();
    stop_unneeded_location(turn);
    Answer::Cancelled(id)
}

fn cancel_body(turn: &mut Turn, id: IncidentId, auth: &CancelAuth) -> Option<Body> {
    let incident = turn.state.incidents.iter().find(|incident| incident.id == id)?;
    let clock = turn.clock_note(incident.began);
    let in_grace = clock.since_trigger_ms <= u64::from(turn.rules.incident.grace_ms);
    let auth = incident.secret.cancel_auth(auth, &mut turn.draws);
    let phase = if in_grace { "grace" } else { "after_grace" };
    Some(Body::Cancel(CancelBody { phase, auth, clock }))
}

pub(super) fn report(turn: &mut Turn, report: Report) -> Answer {
    if let Err(fault) = report.check().and_then(|()| room(turn, Lane::Report)) {
        return Answer::Declined(Declined::Report(fault));
    }
    make_room_for_report(turn);
    Answer::Made(create::create(turn, Create::Report(report)))
}

/// Whether one more of the citizen's texts may wait in this lane.
pub(super) fn room(turn: &Turn, lane: Lane) -> Result<(), ReportFault> {
    let waiting = turn.state.waiting.of(lane);
    if waiting >= MOST_WAITING_REPORTS { Err(ReportFault::TooManyWaiting { waiting }) } else { Ok(()) }
}

pub(super) fn make_room_for_report(turn: &mut Turn) {
    make_room(turn, MOST_OPEN_REPORTS, 0);
    make_room(turn, MOST_PENDING_REPORTS, u32::MAX);
}

/// The oldest reports go into the history, until fewer than so many are left that have at most so many rows under way.
fn make_room(turn: &mut Turn, limit: usize, most_pending: u32) {
    let is_one = |incident: &Incident| {
        incident.kind == Kind::Report
            && !incident.is_draft()
            && incident.pending <= most_pending
            && !incident.has_waiting_files()
    };
    while turn.state.incidents.iter().filter(|incident| is_one(incident)).count() >= limit
        && let Some(oldest) = turn.state.incidents.iter().position(is_one)
    {
        create::archive(turn, oldest);
    }
}
