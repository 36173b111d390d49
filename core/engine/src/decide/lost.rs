//! What a damaged disk tore apart. An SOS whose create is gone, and which the engine still knows, is made anew (INV-2, F63). A draft
//! of which the engine knows nothing any more is a draft again: its text is what the citizen wrote (INV-13).

use crate::decide::create::{self, Create};
use crate::ids::{EventId, IncidentId};
use crate::incident::Incident;
use crate::outbox::Change;
use crate::state::State;
use crate::turn::{Turn, freeze_into};
use crate::wire::Timing;

/// The creates without a receipt that must stand in the outbox: of each SOS that is open.
pub(crate) fn owed(state: &State) -> impl Iterator<Item = &Incident> {
    state.incidents.iter().filter(|incident| incident.is_open_sos() && incident.create.receipt.is_none())
}

/// Makes an SOS anew under an id that names the one before. Its old bytes are gone with their page, and the centre may have
/// them already: they can never be said again under the same id (INV-4). How it was triggered is gone as well; how often it
/// was pressed, when it began and where the phone is are not.
pub(crate) fn recreate(turn: &mut Turn, lost: EventId) {
    let Some(old) = owed(&turn.state).map(|incident| incident.id).find(|id| id.create_event() == lost) else { return };
    let id = IncidentId::mint(turn.wall_ms, &mut turn.draws);
    rename(turn, old, id);
    let Some(mut incident) = turn.state.incident(id).cloned() else { return };
    // To the centre it is an incident of its own, and this is its first event.
    incident.chain.begin_anew();
    let body = create::body(turn, &incident, Create::Sos { drill: incident.drill, trigger: None });
    let kind = incident.kind;
    let content = freeze_into(&mut incident, id.create_event(), kind, Timing::Live, &body);
    if let Some(known) = turn.state.incident_mut(id) {
        *known = incident;
    }
    create::insert_create(turn, id, turn.t, content);
}

/// Shows a draft again whose text stands in the outbox. What was attached to it was known to the lost state alone.
pub(crate) fn restore_draft(turn: &mut Turn, id: IncidentId) {
    if turn.state.incident(id).is_none() {
        create::draft_as(turn, id);
    }
}

/// Gives an incident a new id; its drafts go with it, what is frozen keeps the old one.
pub(super) fn rename(turn: &mut Turn, from: IncidentId, to: IncidentId) {
    turn.changes.push(Change::Reassign { from, to });
    if let Some(incident) = turn.state.incident_mut(from) {
        incident.replaces = Some(incident.id);
        incident.id = to;
    }
    turn.dirty = true;
}
