//! The citizen adds words to an incident: what happened since, or what was forgotten.

use crate::decide::announce::announce;
use crate::decide::ask::room;
use crate::effect::{Answer, Declined};
use crate::ids::IncidentId;
use crate::incident::{Incident, ReportFault, check_text};
use crate::outbox::Kind;
use crate::turn::Turn;
use crate::wire::{Body, NoteBody};

/// Words are frozen at once: each note is an event of its own, and says for ever what it said.
pub(super) fn added(turn: &mut Turn, id: IncidentId, text: &str) -> Answer {
    match add(turn, id, text) {
        Ok(()) => Answer::Noted,
        Err(fault) => Answer::Declined(Declined::Report(fault)),
    }
}

fn add(turn: &mut Turn, id: IncidentId, text: &str) -> Result<(), ReportFault> {
    if text.trim().is_empty() {
        return Err(ReportFault::TextMissing);
    }
    check_text(text)?;
    let sent = |incident: &&Incident| !incident.is_draft();
    let incident = turn.state.incident(id).filter(sent).ok_or(ReportFault::NoSuchIncident)?;
    let (id, lane) = (incident.id, incident.note_lane());
    room(turn, lane)?;
    announce(turn, id, Kind::Note, |clock| Body::Note(NoteBody { text: text.to_owned(), clock }));
    Ok(())
}
