//! Files come in: a note first, then the copy, then the announcement and the upload in one step (F13, F68).

use crate::decide::{announce, draft};
use crate::effect::{Answer, Declined};
use crate::ids::{FileId, IncidentId};
use crate::incident::Incident;
use crate::media::{
    AttachFault, Attachment, Copy, FileNote, FilePhase, MOST_FILES, MOST_FILES_IN_ALL, MOST_HELD, Taken, Upload,
};
use crate::outbox::{Change, Content, Kind, Lane, Row};
use crate::plan::lacks_offer;
use crate::plant::{Plant, planted};
use crate::turn::{NewRow, Turn};
use crate::wire::FileEntry;

/// The file is known from now on, and may be copied.
pub(super) fn begun(turn: &mut Turn, attachment: &Attachment) -> Answer {
    if let Some(fault) = fault(turn, attachment.incident) {
        return Answer::Declined(Declined::Attach(fault));
    }
    let id = FileId::mint(turn.wall_ms, &mut turn.draws);
    let phase = FilePhase::Copying { owner: turn.owner, path: attachment.kept_path() };
    let name = attachment.plain_name(id);
    if let Some(incident) = turn.state.incident_mut(attachment.incident) {
        incident.files.push(FileNote::begun(id, name, phase));
    }
    turn.dirty = true;
    Answer::Attached(id)
}

fn fault(turn: &Turn, incident: IncidentId) -> Option<AttachFault> {
    let limit = |most: usize| u32::try_from(most).unwrap_or(u32::MAX);
    let Some(incident) = turn.state.incident(incident) else { return Some(AttachFault::NoSuchIncident) };
    if incident.files.len() >= MOST_FILES {
        return Some(AttachFault::TooManyFiles { most: limit(MOST_FILES) });
    }
    let held = || turn.state.incidents.iter().filter(|incident| incident.is_draft()).map(|draft| draft.files.len());
    if incident.is_draft() && held().sum::<usize>() >= MOST_HELD {
        return Some(AttachFault::TooManyFiles { most: limit(MOST_HELD) });
    }
    let all: usize = turn.state.incidents.iter().map(|incident| incident.files.len()).sum();
    (all >= MOST_FILES_IN_ALL).then_some(AttachFault::TooManyWaiting { most: limit(MOST_FILES_IN_ALL) })
}

/// The copy is whole and on the disk: the incident announces it, and its bytes wait for the centre. The same bytes in the same
/// incident are one file.
pub(super) fn taken(turn: &mut Turn, file: FileId, taken: &Taken, found: Option<&Row>) -> Answer {
    let Some((id, is_draft)) = copying(turn, file).map(|incident| (incident.id, incident.is_draft())) else {
        return Answer::Declined(Declined::Attach(AttachFault::NoSuchFile));
    };
    turn.dirty = true;
    let known = same_bytes(turn, id, taken);
    if let Some((known, is_withdrawn)) = known {
        forget(turn, file);
        if !is_withdrawn {
            return Answer::Attached(known);
        }
    }
    // What was taken back comes again under its own id: the centre knows these bytes by it.
    let file = known.map_or(file, |(known, _)| known);
    let Some(name) = note_copy(turn, file, taken, is_draft) else {
        return Answer::Declined(Declined::Attach(AttachFault::NoSuchFile));
    };
    turn.changes.push(Change::KeepFile { file, sha256: taken.sha256, bytes: taken.bytes });
    if is_draft {
        // It goes with its report.
        draft::hold(turn, id, file, taken, found);
        return Answer::Attached(file);
    }
    announce::manifest(turn, id, vec![FileEntry::of(file, &name, taken)]);
    queue(turn, id, file, Upload::new(taken.sha256, taken.bytes, taken.media_type, name));
    Answer::Attached(file)
}

/// The bytes of an announced file wait for the centre.
pub(super) fn queue(turn: &mut Turn, id: IncidentId, file: FileId, upload: Upload) {
    let Some(drill) = turn.state.incident(id).map(|incident| incident.drill) else { return };
    let (due, content) = (turn.t, Content::Draft(upload.write()));
    let new = NewRow { incident: id, event: file.event(), lane: Lane::Media, due, kind: Kind::File, drill, content };
    if !planted(Plant::ForgetFile) {
        let _ = turn.insert(new);
    }
    if lacks_offer(turn, Lane::Media) {
        // What it said a while ago may not hold any more.
        turn.state.reads.capabilities.want(turn.t);
    }
}

/// The file with these bytes, and whether it was withdrawn.
fn same_bytes(turn: &Turn, id: IncidentId, taken: &Taken) -> Option<(FileId, bool)> {
    let has_them = |note: &&FileNote| note.copy.is_some_and(|copy| copy.sha256 == taken.sha256);
    let note = turn.state.incident(id)?.files.iter().find(has_them)?;
    Some((note.id, matches!(note.phase, FilePhase::Withdrawn)))
}

fn note_copy(turn: &mut Turn, file: FileId, taken: &Taken, is_draft: bool) -> Option<String> {
    let note = turn.state.incidents.iter_mut().flat_map(|incident| &mut incident.files).find(|note| note.id == file)?;
    (note.phase, note.sent) = (if is_draft { FilePhase::Held } else { FilePhase::Waiting }, 0);
    note.copy = Some(Copy { sha256: taken.sha256, bytes: taken.bytes, media_type: taken.media_type });
    Some(note.name.clone())
}

/// There is no copy. Whoever began it in this process was told; what a dead process began stays on the screen, with the reason.
pub(super) fn failed(turn: &mut Turn, file: FileId, why: AttachFault) {
    let own = turn.owner;
    let Some(incident) = copying(turn, file) else { return };
    let note = incident.files.iter_mut().find(|note| note.id == file);
    match note {
        Some(note) if !matches!(&note.phase, FilePhase::Copying { owner, .. } if *owner == own) => {
            note.phase = FilePhase::Lost(why);
        }
        Some(_) | None => incident.files.retain(|note| note.id != file),
    }
    turn.dirty = true;
}

/// The incident of a file that is being copied.
fn copying(turn: &mut Turn, file: FileId) -> Option<&mut Incident> {
    let is_it = |note: &FileNote| note.id == file && matches!(note.phase, FilePhase::Copying { .. });
    turn.state.incidents.iter_mut().find(|incident| incident.files.iter().any(is_it))
}

pub(super) fn forget(turn: &mut Turn, file: FileId) {
    for incident in &mut turn.state.incidents {
        incident.files.retain(|note| note.id != file);
    }
}
