//! Decisions: one file per kind of event. Each turns an event into changes, effects and an answer; none does anything.

mod announce;
mod ask;
mod attach;
mod create;
mod deadline;
pub(crate) mod draft;
mod ended;
mod files;
mod locate;
pub(crate) mod lost;
mod note;
mod press;
mod push;
mod read;
mod uploaded;

use siaga_vault::KeySet;

use crate::effect::{Answer, Effect};
use crate::event::Event;
use crate::outbox::Row;
use crate::turn::Turn;
use crate::wire::Ticket;
pub(crate) use deadline::{ENDED_STAYS_MS, age_limit};
pub(crate) use ended::has_receipt;
pub(crate) use files::row_of;
pub(crate) use uploaded::ROW_WAIT_MS;

/// Decides one event. `found` is the row that [`crate::Engine::wants`] asked for.
pub(crate) fn decide(turn: &mut Turn, keys: &mut Option<KeySet>, event: &Event, found: Option<&Row>) -> Answer {
    deadline::pass(turn);
    if !matches!(event, Event::Pressed(_)) {
        press::counted_apart(turn);
    }
    let answer = decide_event(turn, keys, event, found);
    deadline::release_expired(turn);
    answer
}

fn decide_event(turn: &mut Turn, keys: &mut Option<KeySet>, event: &Event, found: Option<&Row>) -> Answer {
    match event {
        Event::Opened => opened(turn, keys.is_none()),
        Event::Pressed(press) => return Answer::Press(press::pressed(turn, *press)),
        Event::DrillStarted => return ask::drill(turn),
        Event::Cancelled(auth) => return ask::cancel(turn, auth),
        Event::Reported(report) => return ask::report(turn, report.clone()),
        Event::Drafted(report) => return draft::begun(turn, report.clone()),
        Event::DraftEdited { incident, report } => return draft::edited(turn, *incident, report.clone(), found),
        Event::DraftSubmitted(incident) => return draft::submitted(turn, *incident, found),
        Event::DraftDiscarded(incident) => return draft::discarded(turn, *incident, found),
        Event::NoteAdded { incident, text } => return note::added(turn, *incident, text),
        Event::AttachBegun(attachment) => return attach::begun(turn, attachment),
        Event::AttachTaken { file, taken } => return attach::taken(turn, *file, taken, found),
        Event::AttachFailed { file, why } => attach::failed(turn, *file, *why),
        Event::PreviewMade { file, preview } => announce::preview(turn, *file, preview),
        Event::FilePaused(file) => return files::paused(turn, *file, true),
        Event::FileResumed(file) => return files::paused(turn, *file, false),
        Event::AnyNetworkAllowed(file) => return files::allowed(turn, *file),
        Event::FileWithdrawn(file) => return files::withdrawn(turn, *file, found),
        Event::Located(report) => locate::located(turn, report),
        Event::NetworkChanged => network_changed(turn),
        Event::NetworkMetered(metered) => files::metered(turn, *metered),
        Event::IdentityChanged => {
            turn.state.gates.open_for_new_identity();
            turn.dirty = true;
        }
        Event::TransferEnded { ticket, outcome } => match ticket {
            Ticket::Delivery { row, attempt } => {
                ended::delivery(turn, keys.as_ref(), (*row, *attempt), outcome, found);
            }
            Ticket::Keys => read::keys(turn, keys, outcome),
            Ticket::Capabilities => read::capabilities(turn, outcome),
            Ticket::Timeline(incident) => read::timeline(turn, keys.as_ref(), *incident, outcome),
        },
        Event::PushReceived => push::received(turn),
        // What leaves is for the plan to say.
        Event::TransfersTaken | Event::Woke => {}
        Event::Closing => ended::release_own_claims(turn),
    }
    Answer::Noted
}

fn opened(turn: &mut Turn, keys_missing: bool) {
    ended::release_sos_claims(turn);
    release_reads(turn);
    let t = turn.t;
    if keys_missing {
        turn.state.reads.keys.want(t);
        turn.dirty = true;
    }
    if turn.state.reads.capabilities.due.is_none() {
        turn.state.reads.capabilities.want(t);
        turn.dirty = true;
    }
}

/// Reads that another process may have had in flight are due at once, too: a receipt may wait for the keys.
fn release_reads(turn: &mut Turn) {
    let owner = turn.owner;
    let reads = [&mut turn.state.reads.keys.in_flight, &mut turn.state.reads.capabilities.in_flight];
    let polls = turn.state.incidents.iter_mut().map(|incident| &mut incident.follow.in_flight);
    for in_flight in reads.into_iter().chain(polls) {
        if in_flight.is_some_and(|(whose, _)| whose != owner) {
            *in_flight = None;
        }
    }
}

/// All that failed on the old network may pass on the new one (F23); what is in flight is judged as the old one's.
fn network_changed(turn: &mut Turn) {
    turn.state.gates.open_for_new_network(turn.t, &mut turn.draws);
    turn.state.claims.iter_mut().for_each(|claim| claim.outdated = true);
    turn.effects.push(Effect::RenewConnections);
    let t = turn.t;
    for read in [&mut turn.state.reads.keys, &mut turn.state.reads.capabilities] {
        if read.failures > 0 && read.in_flight.is_none() {
            read.failures = 0;
            read.due = Some(t);
        }
    }
    for incident in &mut turn.state.incidents {
        if incident.follow.failures > 0 && incident.follow.due.is_some() {
            incident.follow.due = Some(t);
        }
    }
    turn.dirty = true;
}
