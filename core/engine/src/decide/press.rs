//! A press: counted, or an SOS, or more urgency for the one that is open.

use crate::clock::T;
use crate::decide::create::{self, Create};
use crate::effect::{Effect, PressAnswer};
use crate::ids::IncidentId;
use crate::incident::{ClosedBy, EscalationDraft, Phase, PressNote, PressNotes};
use crate::outbox::{Change, Content, Kind};
use crate::plant::{Plant, planted};
use crate::press::{Count, Press};
use crate::turn::{NewRow, Turn};
use crate::wire::TriggerNote;

pub(super) fn pressed(turn: &mut Turn, Press { source, ago_ms }: Press) -> PressAnswer {
    let t = if planted(Plant::WallClock) { T(u64::try_from(turn.wall_ms).unwrap_or(0)) } else { turn.t };
    let late_ms = turn.overtaken_ms.saturating_add(u64::from(ago_ms));
    let touched = if planted(Plant::ForgetTouch) { t } else { t.before(late_ms) };
    let count = turn.state.press.press(t, touched, source, &turn.rules.press);
    let (presses, span_ms) = match count {
        Count::SourceOff => return PressAnswer::SourceOff,
        Count::Bounced => return PressAnswer::TooSoon,
        Count::Counted { presses, span_ms } => (presses, span_ms),
    };
    turn.dirty = true;
    if let Some(sos) = turn.state.open_sos().map(|sos| sos.id) {
        turn.state.press.rearm();
        if planted(Plant::SwallowEscalation) {
            let presses = turn.state.open_sos().map_or(0, |sos| sos.presses);
            return PressAnswer::Escalated { incident: sos, presses: presses.saturating_add(1) };
        }
        return escalate(turn, sos);
    }
    let needed = turn.rules.press.presses;
    if presses < needed {
        start_location(turn);
        return PressAnswer::Counted { presses, needed };
    }
    turn.state.press.rearm();
    trigger(turn, &TriggerNote { source: source.word(), presses, span_ms })
}

/// Two processes counted presses apart, and together they are an SOS: it begins with the step that brings them together.
pub(super) fn counted_apart(turn: &mut Turn) {
    let Some((source, presses, span_ms)) = turn.state.press.enough(turn.t, &turn.rules.press) else { return };
    turn.state.press.rearm();
    turn.dirty = true;
    if turn.state.open_sos().is_none() {
        let _ = trigger(turn, &TriggerNote { source: source.word(), presses, span_ms });
    }
}

/// Positioning warms up with the first press; the SOS does not wait for it (F81).
pub(super) fn start_location(turn: &mut Turn) {
    turn.state.location.asked();
    turn.effects.push(Effect::StartLocation);
}

fn trigger(turn: &mut Turn, note: &TriggerNote) -> PressAnswer {
    if let Some(drill) = turn.state.open_drill().map(|drill| drill.id)
        && let Some(drill) = turn.state.incident_mut(drill)
    {
        drill.phase = Phase::Closed { at: turn.t, by: ClosedBy::Sos };
        drill.follow.end();
    }
    start_location(turn);
    if planted(Plant::DoubleTrigger) {
        let _ = create::create(turn, Create::Sos { drill: false, trigger: Some(note.clone()) });
    }
    let incident = create::create(turn, Create::Sos { drill: false, trigger: Some(note.clone()) });
    PressAnswer::Triggered { incident }
}

/// Presses after the trigger are never swallowed and never make a second SOS (F39). At most one escalation is not yet claimed:
/// further presses raise its count.
fn escalate(turn: &mut Turn, sos: IncidentId) -> PressAnswer {
    let (t, gap_ms) = (turn.t, u64::from(turn.rules.incident.escalation_gap_ms));
    let since_trigger_ms = turn.state.incident(sos).map_or(0, |incident| t.since(incident.began));
    let captured = turn.capture(sos, |link| PressNote { link, since_trigger_ms });
    let (Some((note, _)), Some(incident)) = (captured, turn.state.incident_mut(sos)) else {
        return PressAnswer::TooSoon;
    };
    incident.presses = incident.presses.saturating_add(1);
    let total = incident.presses;
    match &mut incident.escalation {
        Some(draft) if !planted(Plant::NoCoalescing) => {
            draft.notes.add(note);
            let change = Change::Write { slot: draft.slot, event: draft.event, content: content(&draft.notes) };
            turn.changes.push(change);
        }
        Some(_) | None => {
            let due = if planted(Plant::NoCoalescing) { None } else { incident.escalated };
            let due = due.map_or(t, |last| last.after(gap_ms).max(t));
            insert(turn, sos, due, note);
        }
    }
    PressAnswer::Escalated { incident: sos, presses: total }
}

fn insert(turn: &mut Turn, sos: IncidentId, due: T, note: PressNote) {
    let Some(lane) = turn.state.incident(sos).map(crate::incident::Incident::later_lane) else { return };
    let event = turn.mint_event();
    let mut notes = PressNotes::default();
    notes.add(note);
    let content = content(&notes);
    let slot = turn.insert(NewRow { incident: sos, event, lane, due, kind: Kind::Escalation, drill: false, content });
    if let Some(incident) = turn.state.incident_mut(sos) {
        incident.escalation = Some(EscalationDraft { slot, event, notes });
        incident.escalated = Some(due);
    }
}

fn content(notes: &PressNotes) -> Content {
    Content::Draft(notes.presses().write())
}
