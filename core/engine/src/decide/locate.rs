//! A fix arrives: kept as the last known, and sent while an incident is open.

use crate::ids::IncidentId;
use crate::incident::{Incident, NewestFix};
use crate::location::{Arrival, LocationReport};
use crate::outbox::{Content, Kind, Lane};
use crate::turn::{NewRow, Turn};
use crate::wire::FixNote;

/// Positions that are no positions are not an error of the caller's: the platform is told nothing it could act on.
pub(super) fn located(turn: &mut Turn, report: &LocationReport) {
    let reading = match report {
        LocationReport::Unable(why) => {
            turn.dirty |= turn.state.location.unable(*why);
            return;
        }
        LocationReport::Fix(reading) => reading,
    };
    let boots = turn.state.clock.boots();
    let Ok(arrival) = turn.state.location.arrive(reading, turn.t, turn.wall_ms, boots) else { return };
    turn.dirty |= turn.state.location.is_due_for_saving(turn.t);
    let open: Vec<IncidentId> =
        turn.state.incidents.iter().filter(|i| i.phase.is_open() && i.kind == Kind::Sos).map(|i| i.id).collect();
    for id in open {
        send(turn, id, &arrival);
    }
}

/// A new newest fix moves the one that still waits to backfill (F26); an older one is backfill from the start (F43).
fn send(turn: &mut Turn, id: IncidentId, arrival: &Arrival) {
    let (t, gap_ms) = (turn.t, u64::from(turn.rules.incident.fix_gap_ms));
    let Some(incident) = turn.state.incident_mut(id) else { return };
    let soon = incident.fix_taken.is_some_and(|taken| t.since(taken) < gap_ms);
    if soon && !arrival.better {
        return;
    }
    incident.fix_taken = Some(t);
    let lane = if arrival.newest { incident.fix_lane() } else { Lane::Backfill };
    let overtaken = if arrival.newest { incident.newest_fix.take() } else { None };
    if let Some(NewestFix { slot, attempt }) = overtaken {
        let to = turn.slot(Lane::Backfill, t);
        turn.relocate(slot, to, attempt);
    }
    let Some(slot) = insert(turn, id, arrival, lane) else { return };
    if arrival.newest
        && let Some(incident) = turn.state.incident_mut(id)
    {
        incident.newest_fix = Some(NewestFix { slot, attempt: 0 });
    }
}

fn insert(turn: &mut Turn, id: IncidentId, arrival: &Arrival, lane: Lane) -> Option<crate::outbox::Slot> {
    let incident: &Incident = turn.state.incident(id)?;
    let note = FixNote::of(&arrival.fix, turn.t, turn.state.clock.boots(), incident.began);
    let drill = incident.drill;
    let (_, record) = turn.capture(id, |link| note.linked(link))?;
    let content = Content::Draft(record.bytes().to_vec());
    let event = turn.mint_event();
    let due = turn.t;
    turn.dirty = true;
    Some(turn.insert(NewRow { incident: id, event, lane, due, kind: Kind::Fix, drill, content }))
}
