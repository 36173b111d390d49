//! What the citizen decides of a file that waits: pause it, let it go on, withdraw it.

use crate::decide::announce::announce;
use crate::decide::attach;
use crate::effect::{Answer, Declined};
use crate::ids::{FileId, IncidentId};
use crate::media::{AttachFault, FileNote, FilePhase};
use crate::outbox::{Change, Kind, Lane, Row, RowKey};
use crate::plant::{Plant, planted};
use crate::turn::Turn;
use crate::wire::{Body, ManifestBody};

/// A file pauses, or goes on. A part that is under way ends, and no next one begins: the plan sets the row aside when it meets it.
pub(super) fn paused(turn: &mut Turn, file: FileId, is_paused: bool) -> Answer {
    let Some((_, note)) = note(turn, file) else { return declined(AttachFault::NoSuchFile) };
    match note.phase {
        FilePhase::Waiting => note.paused = is_paused,
        FilePhase::Confirmed { .. } => return declined(AttachFault::AlreadyConfirmed),
        FilePhase::Copying { .. }
        | FilePhase::Held
        | FilePhase::Lost(_)
        | FilePhase::Unproven
        | FilePhase::Refused
        | FilePhase::Withdrawn => return declined(AttachFault::NoSuchFile),
    }
    turn.dirty = true;
    if !is_paused && !planted(Plant::ForgetResume) {
        recall(turn);
    }
    Answer::Attached(file)
}

/// Whatever was set aside is due again; the plan sets those aside that still have to wait. So nothing depends on where a row was
/// believed to be: a row is in its lane wherever it stands there.
pub(super) fn recall(turn: &mut Turn) {
    turn.changes.push(Change::Recall { lane: Lane::Media, due: turn.t });
}

/// The citizen takes a file back. What the centre has of it, it forgets by itself; what comes back of a part that is under way
/// changes nothing any more. `found` is its row.
pub(super) fn withdrawn(turn: &mut Turn, file: FileId, found: Option<&Row>) -> Answer {
    let Some((incident, note)) = note(turn, file) else { return declined(AttachFault::NoSuchFile) };
    match note.phase {
        FilePhase::Waiting | FilePhase::Unproven | FilePhase::Refused => {}
        FilePhase::Withdrawn => return Answer::Attached(file),
        FilePhase::Held => return let_go(turn, file),
        FilePhase::Confirmed { .. } => return declined(AttachFault::AlreadyConfirmed),
        FilePhase::Copying { .. } | FilePhase::Lost(_) => return declined(AttachFault::NoSuchFile),
    }
    (note.phase, note.paused, note.trouble) = (FilePhase::Withdrawn, false, None);
    let until = turn.t.after(turn.rules.media.keep_ms());
    turn.changes.push(Change::ReleaseFile { file, until });
    turn.state.claims.retain(|claim| claim.row != row_of(file));
    if let Some(row) = found {
        turn.delete(row.slot, row.event, row.incident);
    }
    announce(turn, incident, Kind::Manifest, |clock| Body::Manifest(ManifestBody::withdrawal(file, clock)));
    turn.dirty = true;
    Answer::Attached(file)
}

/// Nobody knows of it yet: it leaves its draft, and our copy goes.
fn let_go(turn: &mut Turn, file: FileId) -> Answer {
    let until = turn.t;
    turn.changes.push(Change::ReleaseFile { file, until });
    attach::forget(turn, file);
    turn.dirty = true;
    Answer::Attached(file)
}

/// The row of a file's upload.
pub(crate) const fn row_of(file: FileId) -> RowKey {
    RowKey { lane: Lane::Media, event: file.event() }
}

fn note(turn: &mut Turn, file: FileId) -> Option<(IncidentId, &mut FileNote)> {
    let files = turn.state.incidents.iter_mut().flat_map(|incident| {
        let id = incident.id;
        incident.files.iter_mut().map(move |note| (id, note))
    });
    files.into_iter().find(|(_, note)| note.id == file)
}

const fn declined(fault: AttachFault) -> Answer {
    Answer::Declined(Declined::Attach(fault))
}
