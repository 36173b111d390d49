//! Freezing: a draft becomes the bytes that are sent, at its first claim (INV-4, F37). Until then it may be coalesced.

use crate::incident::Presses;
use crate::outbox::{Content, Head, HeadContent, Kind, Lane};
use crate::turn::Turn;
use crate::wire::{Body, EscalationBody, FixBody, FixNote, Record, Timing};

/// Freezes the draft of `head`. Drafts of overtaken fixes right behind it, of the same incident, become one event with it.
pub(super) fn freeze(turn: &mut Turn, lane: Lane, head: &Head, draft: &[u8], behind: &[Head]) -> Option<Content> {
    match head.kind {
        Kind::Escalation => escalation(turn, head, draft),
        Kind::Fix => fixes(turn, lane, head, draft, behind),
        // These are frozen when they are made, and a file has no envelope.
        Kind::Sos | Kind::Report | Kind::Cancel | Kind::Manifest | Kind::Preview | Kind::File | Kind::Note => None,
    }
}

fn escalation(turn: &mut Turn, head: &Head, draft: &[u8]) -> Option<Content> {
    let Presses { presses, records } = Presses::read(draft)?;
    let t = turn.t;
    let incident = turn.state.incident_mut(head.incident)?;
    if incident.escalation.as_ref().is_some_and(|draft| draft.slot == head.slot) {
        incident.escalation = None;
        // One that left early, with the platform, begins the gap before the next one now.
        incident.escalated = incident.escalated.map(|due| due.min(t));
    }
    let (presses_total, began) = (incident.presses, incident.began);
    let body = Body::Escalation(EscalationBody { presses, presses_total, records, clock: turn.clock_note(began) });
    turn.freeze(head.incident, head.event, Kind::Escalation, Timing::Live, &body)
}

fn fixes(turn: &mut Turn, lane: Lane, head: &Head, draft: &[u8], behind: &[Head]) -> Option<Content> {
    let mut fixes = vec![fix(draft)?];
    let began = turn.state.incident(head.incident)?.began;
    let timing = match lane {
        Lane::Backfill => Timing::Backfill,
        Lane::Sos | Lane::Urgent | Lane::Fix | Lane::Relatives | Lane::Drill | Lane::Report | Lane::Media => {
            Timing::Live
        }
    };
    if lane == Lane::Backfill {
        gather(turn, head, behind, &mut fixes);
    }
    let body = Body::Fix(FixBody { fixes, clock: turn.clock_note(began) });
    turn.freeze(head.incident, head.event, Kind::Fix, timing, &body)
}

/// Takes the drafts behind `head` into its event; they leave the outbox in the same commit.
fn gather(turn: &mut Turn, head: &Head, behind: &[Head], fixes: &mut Vec<Record>) {
    for other in behind {
        let HeadContent::Draft(draft) = &other.content else { continue };
        let joins = other.incident == head.incident && other.kind == Kind::Fix && other.slot.due() <= turn.t;
        if let (true, Some(fix)) = (joins, fix(draft)) {
            fixes.push(fix);
            turn.delete(other.slot, other.event, other.incident);
        }
    }
}

/// A fix leaves with the bytes that joined the chain, once they are known to be one.
fn fix(draft: &[u8]) -> Option<Record> {
    let _: FixNote = serde_json::from_slice(draft).ok()?;
    Record::read(draft)
}
