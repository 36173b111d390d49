//! The birth of an incident: its id, its secret and its create, frozen at once.

use crate::clock::T;
use crate::ids::IncidentId;
use crate::incident::{EscalationDraft, Incident, Phase, Presses, Report, Secret};
use crate::media::FileNote;
use crate::outbox::{Change, Content, Kind};
use crate::state::{MOST_INCIDENTS, MOST_WITH_PENDING};
use crate::turn::{NewRow, Turn, freeze_into};
use crate::wire::{Body, CreateBody, EscalationBody, FixNote, Position, ReportBody, SosBody, Timing, TriggerNote};

/// What is created.
pub(super) enum Create {
    Sos { drill: bool, trigger: Option<TriggerNote> },
    Report(Report),
}

pub(super) fn create(turn: &mut Turn, what: Create) -> IncidentId {
    make_room(turn);
    let id = IncidentId::mint(turn.wall_ms, &mut turn.draws);
    create_as(turn, id, Vec::new(), what);
    id
}

/// The same under an id that was made before, with the files that it has already.
pub(super) fn create_as(turn: &mut Turn, id: IncidentId, files: Vec<FileNote>, what: Create) {
    let mut incident = Incident { files, ..newborn(turn, id, &what) };
    let body = body(turn, &incident, what);
    let kind = incident.kind;
    let content = freeze_into(&mut incident, id.create_event(), kind, Timing::Live, &body);
    turn.state.incidents.push(incident);
    insert_create(turn, id, turn.t, content);
}

/// A report that the citizen still writes. Its secret and its moment are made anew when it is submitted.
pub(super) fn draft(turn: &mut Turn) -> IncidentId {
    let id = IncidentId::mint(turn.wall_ms, &mut turn.draws);
    draft_as(turn, id);
    id
}

/// The same under an id that was made before.
pub(super) fn draft_as(turn: &mut Turn, id: IncidentId) {
    let newborn = newborn(turn, id, &Create::Report(Report::default()));
    turn.state.incidents.push(Incident { phase: Phase::Draft, ..newborn });
    turn.dirty = true;
}

/// Puts the create of an incident into the outbox.
pub(super) fn insert_create(turn: &mut Turn, id: IncidentId, due: T, content: Content) {
    let Some(incident) = turn.state.incident(id) else { return };
    let (lane, kind, drill) = (incident.lane(), incident.kind, incident.drill);
    let _ = turn.insert(NewRow { incident: id, event: id.create_event(), lane, due, kind, drill, content });
    turn.dirty = true;
}

fn newborn(turn: &mut Turn, id: IncidentId, what: &Create) -> Incident {
    let (kind, drill, presses) = match what {
        Create::Sos { drill, trigger } => (Kind::Sos, *drill, trigger.as_ref().map_or(0, |note| note.presses.into())),
        Create::Report(_) => (Kind::Report, false, 0),
    };
    Incident {
        id,
        kind,
        drill,
        secret: Secret::mint(&mut turn.draws),
        began: turn.t,
        began_wall_ms: turn.wall_ms,
        phase: Phase::Recorded,
        presses,
        chain: crate::incident::Chain::default(),
        create: crate::incident::Create::default(),
        pending: 0,
        escalation: None,
        escalated: None,
        newest_fix: None,
        fix_taken: None,
        follow: crate::incident::Follow::default(),
        files: Vec::new(),
        replaces: None,
    }
}

pub(super) fn body(turn: &Turn, incident: &Incident, what: Create) -> Body {
    let create = CreateBody {
        position: position(turn, incident.began),
        clock: turn.clock_note(incident.began),
        secret_sha256: incident.secret.sha256(),
        replaces: incident.replaces,
    };
    match what {
        Create::Sos { trigger, drill: _ } => {
            Body::Sos(SosBody { trigger, message: turn.rules.incident.message.clone(), create })
        }
        Create::Report(report) => Body::Report(ReportBody { report, create }),
    }
}

/// The best position that is known now; nothing is waited for (F44).
fn position(turn: &Turn, began: T) -> Position {
    let location = &turn.state.location;
    location.best(turn.t).map_or(Position::NoFix { reason: location.why_none() }, |fix| {
        Position::Fix(FixNote::of(fix, turn.t, turn.state.clock.boots(), began))
    })
}

/// Keeps the state bounded: the oldest ended incident goes into the history, and only when there are far too many one with
/// rows under way. Its rows stay in the outbox.
pub(super) fn make_room(turn: &mut Turn) {
    // What files need is bounded by their own number.
    let ended = |incident: &Incident, most_pending: u32| {
        !incident.phase.is_open() && incident.pending <= most_pending && !incident.has_waiting_files()
    };
    for (limit, most_pending) in [(MOST_INCIDENTS, 0), (MOST_WITH_PENDING, u32::MAX)] {
        // Not all can be open: one SOS and one drill at most, and reports are bounded below the limit. Drafts are apart.
        while turn.state.incidents.iter().filter(|incident| !incident.is_draft()).count() >= limit
            && let Some(index) = turn.state.incidents.iter().position(|incident| ended(incident, most_pending))
        {
            archive(turn, index);
        }
    }
}

/// Presses that nobody claimed yet never park (INV-2): they are frozen while their incident is still known.
fn freeze_escalation(turn: &mut Turn, incident: &mut Incident) {
    let Some(EscalationDraft { slot, event, notes }) = incident.escalation.take() else { return };
    let clock = turn.clock_note(incident.began);
    let Presses { presses, records } = notes.presses();
    let body = Body::Escalation(EscalationBody { presses, presses_total: incident.presses, records, clock });
    let content = freeze_into(incident, event, Kind::Escalation, Timing::Live, &body);
    turn.changes.push(Change::Write { slot, event, content });
}

/// Moves an incident into the history.
pub(super) fn archive(turn: &mut Turn, index: usize) {
    let mut incident = turn.state.incidents.remove(index);
    freeze_escalation(turn, &mut incident);
    let view = crate::snapshot::IncidentView::of(&incident, None, turn.t);
    // Serialising plain data into memory does not fail; an empty record would only shorten the history.
    let record = serde_json::to_vec(&view).unwrap_or_default();
    turn.changes.push(Change::Archive { incident: incident.id, record });
    turn.dirty = true;
}
