//! Drafts of reports: begun, edited, discarded, submitted. The state knows that there is a draft, and the outbox what it says.

use std::collections::BTreeMap;

use crate::decide::announce;
use crate::decide::ask::{make_room_for_report, room};
use crate::decide::attach;
use crate::decide::create::{self, Create};
use crate::effect::{Answer, Declined};
use crate::event::Event;
use crate::ids::{FileId, IncidentId};
use crate::incident::{Draft, Incident, Report, ReportFault};
use crate::media::{FilePhase, Stated, Taken, Upload};
use crate::outbox::{Change, Kind, Lane, Row, RowKey};
use crate::plant::{Plant, planted};
use crate::state::State;
use crate::turn::Turn;
use crate::wire::FileEntry;

/// Drafts that are kept. They stay until somebody decides, beside the state's eight incidents; each is some 400 bytes of it, and
/// whoever begins a fifth one has forgotten the first.
const MOST_DRAFTS: usize = 4;

/// The draft that an event is about.
pub(crate) fn wanted(state: &State, event: &Event) -> Option<RowKey> {
    let draft = if let Event::AttachTaken { file, .. } = event {
        state.incidents.iter().find(|incident| incident.files.iter().any(|note| note.id == *file))
    } else if let Event::DraftEdited { incident, .. }
    | Event::DraftSubmitted(incident)
    | Event::DraftDiscarded(incident) = event
    {
        state.incident(*incident)
    } else {
        None
    };
    draft.filter(|incident| incident.is_draft()).map(Incident::create_row)
}

pub(super) fn begun(turn: &mut Turn, report: Report) -> Answer {
    if turn.state.incidents.iter().filter(|incident| incident.is_draft()).count() >= MOST_DRAFTS {
        let most = u32::try_from(MOST_DRAFTS).unwrap_or(u32::MAX);
        return declined(ReportFault::TooManyDrafts { most });
    }
    if let Err(fault) = report.check_draft() {
        return declined(fault);
    }
    if planted(Plant::SendDraft) {
        return Answer::Made(create::create(turn, Create::Report(report)));
    }
    let id = create::draft(turn);
    write(turn, id, None, &Draft { report, ..Draft::default() });
    Answer::Made(id)
}

/// What it says from now on. A text that a damaged disk took is written anew.
pub(super) fn edited(turn: &mut Turn, id: IncidentId, report: Report, found: Option<&Row>) -> Answer {
    if !is_draft(turn, id) {
        return declined(ReportFault::NoSuchDraft);
    }
    if let Err(fault) = report.check_draft() {
        return declined(fault);
    }
    let stated = found.and_then(Draft::of).unwrap_or_default().stated;
    if !planted(Plant::ForgetEdit) {
        write(turn, id, found, &Draft { report, stated });
    }
    Answer::Noted
}

/// A file is ours, and waits for its report.
pub(super) fn hold(turn: &mut Turn, id: IncidentId, file: FileId, taken: &Taken, found: Option<&Row>) {
    // Without the text there is nothing to add to: what the file says of itself is lost, and the file is not.
    let Some(mut draft) = found.and_then(Draft::of) else { return };
    let _ = draft.stated.insert(file, taken.stated.clone());
    write(turn, id, found, &draft);
}

/// The citizen throws it away, with its copies.
pub(super) fn discarded(turn: &mut Turn, id: IncidentId, found: Option<&Row>) -> Answer {
    let Some(draft) = take(turn, id, found) else { return declined(ReportFault::NoSuchDraft) };
    let until = turn.t;
    let held = draft.files.iter().filter(|file| file.phase == FilePhase::Held);
    turn.changes.extend(held.map(|file| Change::ReleaseFile { file: file.id, until }));
    Answer::Noted
}

/// It is a report from now on: made of what it says now, with the files that it holds, in one step.
pub(super) fn submitted(turn: &mut Turn, id: IncidentId, found: Option<&Row>) -> Answer {
    let Some(Draft { report, stated }) = found.and_then(Draft::of).filter(|_| is_draft(turn, id)) else {
        return declined(ReportFault::NoSuchDraft);
    };
    if let Err(fault) = report.check().and_then(|()| room(turn, Lane::Report)) {
        return declined(fault);
    }
    let Some(draft) = take(turn, id, found) else { return declined(ReportFault::NoSuchDraft) };
    make_room_for_report(turn);
    create::make_room(turn);
    create::create_as(turn, id, draft.files, Create::Report(report));
    send_files(turn, id, &stated);
    Answer::Made(id)
}

/// All that it holds is announced at once, and each file's bytes wait for the centre.
fn send_files(turn: &mut Turn, id: IncidentId, stated: &BTreeMap<FileId, Stated>) {
    let Some(incident) = turn.state.incident_mut(id) else { return };
    let (mut manifest, mut uploads) = (Vec::new(), Vec::new());
    for note in incident.files.iter_mut().filter(|note| note.phase == FilePhase::Held) {
        let Some(copy) = note.copy else { continue };
        note.phase = FilePhase::Waiting;
        let stated = stated.get(&note.id).cloned().unwrap_or_default();
        let taken = Taken { sha256: copy.sha256, bytes: copy.bytes, media_type: copy.media_type, stated };
        manifest.push(FileEntry::of(note.id, &note.name, &taken));
        uploads.push((note.id, Upload::new(copy.sha256, copy.bytes, copy.media_type, note.name.clone())));
    }
    if manifest.is_empty() {
        return;
    }
    announce::manifest(turn, id, manifest);
    uploads.into_iter().for_each(|(file, upload)| attach::queue(turn, id, file, upload));
}

fn is_draft(turn: &Turn, id: IncidentId) -> bool {
    turn.state.incident(id).is_some_and(Incident::is_draft)
}

/// Takes a draft out of the state, and its text out of the outbox.
fn take(turn: &mut Turn, id: IncidentId, found: Option<&Row>) -> Option<Incident> {
    let index = turn.state.incidents.iter().position(|incident| incident.id == id && incident.is_draft())?;
    if let Some(row) = found.filter(|row| row.slot.is_draft()) {
        turn.changes.push(Change::Delete { slot: row.slot, event: row.event });
    }
    turn.dirty = true;
    Some(turn.state.incidents.remove(index))
}

fn write(turn: &mut Turn, id: IncidentId, found: Option<&Row>, draft: &Draft) {
    let (event, content) = (id.create_event(), draft.content());
    let change = match found.filter(|row| row.slot.is_draft()) {
        Some(row) => Change::Write { slot: row.slot, event, content },
        None => {
            let slot = turn.draft_slot();
            Change::Insert(Row { slot, incident: id, event, kind: Kind::Report, drill: false, attempt: 0, content })
        }
    };
    turn.changes.push(change);
}

const fn declined(fault: ReportFault) -> Answer {
    Answer::Declined(Declined::Report(fault))
}
