//! What is said of an incident and its files: text of the incident's own lane, which the dispatcher has long before any bytes (F36).

use crate::ids::{FileId, IncidentId};
use crate::media::{FilePhase, Preview};
use crate::outbox::Kind;
use crate::turn::{NewRow, Turn};
use crate::wire::{Body, ClockNote, FileEntry, ManifestBody, PreviewBody, Timing};

/// Queues such an event, frozen at once.
pub(super) fn announce(turn: &mut Turn, id: IncidentId, kind: Kind, body: impl FnOnce(ClockNote) -> Body) {
    let event = turn.mint_event();
    let Some(incident) = turn.state.incident(id) else { return };
    let (lane, drill, began) = (incident.note_lane(), incident.drill, incident.began);
    let body = body(turn.clock_note(began));
    let Some(content) = turn.freeze(id, event, kind, Timing::Live, &body) else { return };
    let due = turn.t;
    let _ = turn.insert(NewRow { incident: id, event, lane, due, kind, drill, content });
}

/// Files belong to the incident from now on, each a record of its evidence.
pub(super) fn manifest(turn: &mut Turn, id: IncidentId, entries: Vec<FileEntry>) {
    let capture = |entry: FileEntry| turn.capture(id, |link| entry.linked(link));
    let records = entries.into_iter().filter_map(capture).map(|(_, record)| record).collect();
    announce(turn, id, Kind::Manifest, |clock| Body::Manifest(ManifestBody::of(records, clock)));
}

/// The platform made a small picture of a file. Of one that is not announced, or there already, nobody needs one.
pub(super) fn preview(turn: &mut Turn, file: FileId, preview: &Preview) {
    let waits = |incident: &&crate::incident::Incident| {
        incident.files.iter().any(|note| note.id == file && matches!(note.phase, FilePhase::Waiting))
    };
    let Some(id) = turn.state.incidents.iter().find(waits).map(|incident| incident.id) else { return };
    announce(turn, id, Kind::Preview, |clock| Body::Preview(PreviewBody::of(file, preview, clock)));
    turn.dirty = true;
}
