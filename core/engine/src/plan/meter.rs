//! Files that do not go now: the citizen lets them wait, or they are for an unmetered network.

use crate::ids::{EventId, FileId, IncidentId};
use crate::incident::Incident;
use crate::media::{FileNote, needs_unmetered as is_for_unmetered};
use crate::outbox::{Head, Kind};
use crate::plant::{Plant, planted};
use crate::snapshot::Waits;
use crate::turn::Turn;

/// The file whose row this is, and its incident; of one that nobody remembers nothing is known but its bytes.
pub(super) fn file(turn: &Turn, incident: IncidentId, event: EventId) -> Option<(&Incident, &FileNote)> {
    let id = FileId::of(event);
    let incident = turn.state.incident(incident)?;
    Some((incident, incident.files.iter().find(|file| file.id == id)?))
}

/// Whether a row is that of a file for unmetered networks.
pub(super) fn needs_unmetered(turn: &Turn, incident: IncidentId, event: EventId) -> bool {
    let most_bytes = turn.rules.media.metered_max_bytes();
    file(turn, incident, event).is_some_and(|(incident, file)| is_for_unmetered(incident, file, most_bytes))
        && !planted(Plant::ForgetMeter)
}

/// What a row waits for that is no moment. A platform itself waits for an unmetered network.
pub(super) fn waits(turn: &Turn, head: &Head, handed: bool) -> Option<Waits> {
    if head.kind != Kind::File {
        return None;
    }
    if file(turn, head.incident, head.event).is_some_and(|(_, file)| file.paused) {
        return Some(Waits::ForResume);
    }
    let is_spared = turn.state.metered && !handed && needs_unmetered(turn, head.incident, head.event);
    is_spared.then_some(Waits::ForUnmetered)
}
