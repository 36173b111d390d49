//! What the citizen decides of a file that waits: pause it, let it go on, let it go over any network, withdraw it. And the network's
//! price, which decides as well.

use crate::decide::announce::announce;
use crate::decide::attach;
use crate::delivery::Claim;
use crate::effect::{Answer, Declined};
use crate::ids::{FileId, IncidentId};
use crate::media::{AttachFault, FileNote, FilePhase};
use crate::outbox::{Change, Kind, Lane, Row, RowKey};
use crate::plant::{Plant, planted};
use crate::turn::Turn;
use crate::wire::{Body, ManifestBody};

/// A file pauses, or goes on. A part that is under way ends, and no next one begins: the plan sets the row aside when it meets it.
pub(super) fn paused(turn: &mut Turn, file: FileId, is_paused: bool) -> Answer {
    let note = match waiting(turn, file) {
        Ok(note) => note,
        Err(fault) => return declined(fault),
    };
    note.paused = is_paused || planted(Plant::ForgetResume);
    // A pause takes back that it may go over any network.
    note.any_network &= !is_paused;
    turn.dirty = true;
    if !is_paused {
        recall(turn);
    }
    Answer::Attached(file)
}

/// A file goes over a metered network as well. What a platform keeps for an unmetered one is ours again; should it send that all the
/// same, the centre says how much is there.
pub(super) fn allowed(turn: &mut Turn, file: FileId) -> Answer {
    match waiting(turn, file) {
        Ok(note) => note.any_network = true,
        Err(fault) => return declined(fault),
    }
    turn.dirty = true;
    let is_kept = |claim: &Claim| claim.row == row_of(file) && claim.is_kept() && claim.held.is_none();
    if let Some(index) = turn.state.claims.iter().position(is_kept) {
        let claim = turn.state.claims.remove(index);
        let to = turn.slot(Lane::Media, turn.t);
        turn.relocate(claim.slot, to, claim.attempt);
    }
    recall(turn);
    Answer::Attached(file)
}

/// The network's bytes are paid for from now on, or cost nothing. A part that is under way ends, as for a pause.
pub(super) fn metered(turn: &mut Turn, is_metered: bool) {
    if turn.state.metered == is_metered {
        return;
    }
    turn.state.metered = is_metered;
    turn.dirty = true;
    if !is_metered {
        recall(turn);
    }
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

/// A file whose bytes are announced and not all signed for.
fn waiting(turn: &mut Turn, file: FileId) -> Result<&mut FileNote, AttachFault> {
    let (_, note) = note(turn, file).ok_or(AttachFault::NoSuchFile)?;
    match note.phase {
        FilePhase::Waiting => Ok(note),
        FilePhase::Confirmed { .. } => Err(AttachFault::AlreadyConfirmed),
        FilePhase::Copying { .. }
        | FilePhase::Held
        | FilePhase::Lost(_)
        | FilePhase::Unproven
        | FilePhase::Refused
        | FilePhase::Withdrawn => Err(AttachFault::NoSuchFile),
    }
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
