//! A request of an upload ended: how much is there now, and what comes next.

use crate::clock::T;
use crate::decide::ended::{Ended, note, take_claim};
use crate::delivery::{Arrival, Claim, Growth, Scope, Trouble, UploadFault, judge_upload, retry_after_ms};
use crate::ids::FileId;
use crate::incident::Incident;
use crate::media::{Ask, FileNote, FilePhase, Place, Upload, is_least, next_chunk, smaller};
use crate::outbox::{Change, Content};
use crate::plant::{Plant, planted};
use crate::turn::Turn;
use crate::wire::{Failure, Outcome, ProblemType};

/// How often a file is asked for whose bytes are all there without a receipt, and how often one is sent from the beginning whose
/// bytes arrived as others. A server that does not sign will not begin to, and a copy that the disk damaged stays so.
const MOST_UNPROVEN: u32 = 3;

/// An outcome without a receipt.
pub(super) fn uploaded(turn: &mut Turn, ended: &Ended, claim: &Claim, outcome: &Outcome) {
    let Some(flight) = &claim.upload else { return };
    let upload = &flight.upload;
    match judge_upload(&flight.ask, upload.bytes, outcome) {
        Arrival::There { path, bytes } => {
            let place = path.map(|path| Place { path, route: claim.route, incident: claim.incident });
            let broke_off = upload.broke_off && !flight.ask.carries();
            let place = place.or_else(|| upload.place.clone());
            let upload = Upload { place, there: bytes, broke_off, ..upload.clone() };
            goes_on(turn, ended, claim, upload);
        }
        Arrival::Unproven => {
            if planted(Plant::ConfirmUnsigned) {
                turn.delete(ended.slot, ended.row.event, ended.incident);
                let _ = take_claim(turn, ended.row);
                return confirmed(turn, ended, turn.wall_ms);
            }
            let trouble = Trouble::Upload { fault: UploadFault::NoReceipt };
            hopeless(turn, ended, upload.clone(), FilePhase::Unproven, trouble);
        }
        Arrival::Gone => again(turn, ended, upload.anew(), Scope::Row, gone(), None),
        Arrival::Damaged => {
            let trouble = Trouble::Upload { fault: UploadFault::Damaged };
            hopeless(turn, ended, upload.anew(), FilePhase::Refused, trouble);
        }
        // It is there again when the disk is: a file is not given up for a read that failed.
        Arrival::NoCopy => again(turn, ended, upload.in_doubt(), Scope::Row, Trouble::NoReply(Failure::NoCopy), None),
        Arrival::Retry { scope, trouble, retry_after_ms, with_less } => {
            if is_orphaned(turn, ended, &trouble) {
                return put_aside(turn, ended, FilePhase::Refused, trouble);
            }
            let is_too_large = matches!(trouble, Trouble::Upload { fault: UploadFault::PartTooLarge });
            // The rest at once says nothing about a part.
            let at_once = flight.handed && !upload.in_parts;
            if is_too_large && is_least(upload.chunk) && !at_once {
                return put_aside(turn, ended, FilePhase::Refused, trouble);
            }
            let chunk = if with_less && !at_once { smaller(upload.chunk) } else { upload.chunk };
            let in_parts = upload.in_parts || (is_too_large && at_once);
            // Damaged it has arrived: with its hash it comes again.
            let is_damaged = matches!(trouble, Trouble::Upload { fault: UploadFault::Damaged });
            let broke_off = if flight.ask.carries() { !is_damaged } else { upload.broke_off };
            let upload = Upload { there: None, chunk, in_parts, broke_off, ..upload.clone() };
            again(turn, ended, upload, scope, trouble, retry_after_ms);
        }
        Arrival::Refused { trouble } => put_aside(turn, ended, FilePhase::Refused, trouble),
    }
}

/// What a few more tries will hardly mend.
fn hopeless(turn: &mut Turn, ended: &Ended, upload: Upload, phase: FilePhase, trouble: Trouble) {
    let upload = Upload { unproven: upload.unproven.saturating_add(1), ..upload };
    if upload.unproven >= MOST_UNPROVEN {
        return put_aside(turn, ended, phase, trouble);
    }
    again(turn, ended, upload, Scope::Row, trouble, None);
}

/// The centre does not know the incident, and never will: it has refused the create.
fn is_orphaned(turn: &Turn, ended: &Ended, trouble: &Trouble) -> bool {
    let is_unknown = matches!(trouble, Trouble::Refused { problem: ProblemType::NotFound, .. });
    let refused = |incident: &Incident| {
        !incident.is_sos()
            && incident.create.receipt.is_none()
            && matches!(incident.create.trouble, Some(Trouble::Refused { .. }))
    };
    is_unknown && turn.state.incident(ended.incident).is_some_and(refused)
}

const fn gone() -> Trouble {
    Trouble::Upload { fault: UploadFault::Gone }
}

/// The server answered as it should: the next part goes at once, behind those of other files.
fn goes_on(turn: &mut Turn, ended: &Ended, claim: &Claim, mut upload: Upload) {
    let t = turn.t;
    if let (Some(flight), Some(there)) = (&claim.upload, upload.there)
        && let Ask::Send { offset, .. } = &flight.ask
        && !flight.handed
    {
        upload.chunk = next_chunk(upload.chunk, there.saturating_sub(*offset), t.since(flight.began));
    }
    turn.state.gates.upload_passed();
    if let Some(lane) = turn.state.lanes.get_mut(&ended.row.lane) {
        lane.trouble = None;
    }
    if let (Some(note), Some(there)) = (file(turn, ended), upload.there) {
        if there > note.sent {
            upload.failures = 0;
        }
        note.sent = there;
        note.trouble = None;
    }
    wait(turn, ended, &upload, t);
}

fn again(turn: &mut Turn, ended: &Ended, mut upload: Upload, scope: Scope, trouble: Trouble, asked_ms: Option<u64>) {
    upload.failures = upload.failures.saturating_add(1);
    let lane = ended.row.lane;
    let asked_ms = asked_ms.map(|asked| retry_after_ms(lane, asked));
    tell(turn, ended, trouble, None);
    let own_ms = Growth::of(lane).wait_ms(upload.failures, &mut turn.draws);
    let wait_ms = match scope {
        Scope::Row => own_ms.min(ROW_WAIT_MS),
        // What is shared is the gate's business: the row is never far behind it.
        Scope::Route | Scope::Identity | Scope::Network => {
            turn.state.gates.upload_failed(turn.t, asked_ms, &mut turn.draws);
            own_ms.min(SHARED_WAIT_MS)
        }
    };
    wait(turn, ended, &upload, turn.t.after(wait_ms));
}

/// As for every row: see `ended.rs`.
const SHARED_WAIT_MS: u64 = 60_000;
/// The longest wait after a failure of one upload alone: what a server has forgotten, or is busy with, is asked for soon.
pub(crate) const ROW_WAIT_MS: u64 = 5 * 60_000;

/// How long the rest of a file is left to the hand-over that waits for it.
const HAND_OVER_MS: u64 = 2_000;

/// Writes how far it is, and lets it wait.
fn wait(turn: &mut Turn, ended: &Ended, upload: &Upload, due: T) {
    let claim = take_claim(turn, ended.row);
    let is_last = claim.and_then(|claim| claim.upload).is_some_and(|flight| flight.last);
    let due = if is_last { due.max(turn.t.after(HAND_OVER_MS)) } else { due };
    let content = Content::Draft(upload.write());
    turn.changes.push(Change::Write { slot: ended.slot, event: ended.row.event, content });
    let to = turn.slot(ended.row.lane, due);
    turn.relocate(ended.slot, to, ended.attempt);
    turn.dirty = true;
}

/// Kept and shown, and no longer tried.
fn put_aside(turn: &mut Turn, ended: &Ended, phase: FilePhase, trouble: Trouble) {
    tell(turn, ended, trouble, Some(phase));
    let _ = take_claim(turn, ended.row);
    turn.park(ended.slot, ended.incident, ended.attempt);
    turn.dirty = true;
}

fn tell(turn: &mut Turn, ended: &Ended, trouble: Trouble, phase: Option<FilePhase>) {
    if let Some(note) = file(turn, ended) {
        note.trouble = Some(trouble.clone());
        note.phase = phase.unwrap_or_else(|| note.phase.clone());
    }
    note(turn, ended, trouble);
}

/// The centre has signed for the whole of a file.
pub(super) fn confirmed(turn: &mut Turn, ended: &Ended, at_ms: i64) {
    let until = turn.t.after(turn.rules.media.keep_ms());
    turn.changes.push(Change::ReleaseFile { file: FileId::of(ended.row.event), until });
    if let Some(note) = file(turn, ended) {
        note.phase = FilePhase::Confirmed { at_ms };
        note.trouble = None;
        note.sent = note.copy.map_or(note.sent, |copy| copy.bytes);
    }
}

fn file<'turn>(turn: &'turn mut Turn, ended: &Ended) -> Option<&'turn mut FileNote> {
    let id = FileId::of(ended.row.event);
    turn.state.incident_mut(ended.incident)?.files.iter_mut().find(|file| file.id == id)
}
