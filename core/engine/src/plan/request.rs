//! Requests: what goes over the wire (`docs/PROTOCOL.md`). Nothing but the envelope's bytes is kept; the rest is made anew for
//! each attempt.

use crate::clock::T;
use crate::delivery::{Claim, timeout_ms};
use crate::effect::Dispatch;
use crate::ids::{EventId, IncidentId};
use crate::incident::{Follow, Incident};
use crate::turn::Turn;
use crate::wire::{MEDIA_TYPE, Method, Payload, Request, Route, Ticket};

/// Keys and capabilities are small, and nothing waits for them longer than for an SOS.
const READ_TIMEOUT_MS: u32 = 10_000;

/// The delivery of a claimed row, which was due then; `fresh` are its bytes when they were frozen in this step.
pub(super) fn delivery(turn: &Turn, claim: &Claim, due: T, fresh: Option<Vec<u8>>) -> Dispatch {
    let mut headers = vec![
        header("content-type", MEDIA_TYPE.to_owned()),
        header("content-digest", claim.sha256.content_digest()),
        header("siaga-sent-at", turn.wall_ms.to_string()),
        header("siaga-attempt", claim.attempt.to_string()),
    ];
    headers.extend(secret(turn, claim.incident));
    let stored = fresh.is_none().then_some(claim.slot);
    let request = Request {
        route: claim.route,
        method: Method::Put,
        path: path(claim.incident, claim.row.event),
        headers,
        body: Payload::Bytes(fresh.unwrap_or_default()),
        apart: false,
        timeout_ms: timeout_ms(claim.attempt),
        after_ms: u32::try_from(due.since(turn.t)).unwrap_or(u32::MAX),
        must_pass: belongs_to_sos(turn, claim.incident) || claim.row.lane.never_parks(),
        unmetered: false,
    };
    Dispatch { ticket: Ticket::Delivery { row: claim.row, attempt: claim.attempt }, request, stored }
}

/// A read of the centre's own documents. The keys must pass, because a receipt of an SOS may wait for them; the root's
/// signature proves them, whatever the certificate says.
pub(super) fn document(ticket: Ticket, path: &str, route: Route) -> Dispatch {
    let must_pass = ticket == Ticket::Keys;
    let request = Request { must_pass, ..get(path.to_owned(), Vec::new(), READ_TIMEOUT_MS, route) };
    Dispatch { ticket, request, stored: None }
}

/// A poll of an incident's timeline.
pub(super) fn timeline(turn: &Turn, id: IncidentId, follow: &Follow, route: Route) -> Dispatch {
    let path = format!("/v1/incidents/{id}{}", follow.query());
    let headers = secret(turn, id).into_iter().collect();
    let must_pass = belongs_to_sos(turn, id);
    let request = Request { must_pass, ..get(path, headers, Follow::TIMEOUT_MS, route) };
    Dispatch { ticket: Ticket::Timeline(id), request, stored: None }
}

fn belongs_to_sos(turn: &Turn, id: IncidentId) -> bool {
    turn.state.incident(id).is_some_and(Incident::is_sos)
}

fn get(path: String, headers: Vec<(String, String)>, timeout_ms: u32, route: Route) -> Request {
    Request {
        route,
        method: Method::Get,
        path,
        headers,
        body: Payload::none(),
        apart: false,
        timeout_ms,
        after_ms: 0,
        must_pass: false,
        unmetered: false,
    }
}

pub(super) fn secret(turn: &Turn, id: IncidentId) -> Option<(String, String)> {
    turn.state.incident(id).map(|incident| header("siaga-secret", incident.secret.header()))
}

pub(super) fn header(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

/// The create has no event of its own in the path.
fn path(incident: IncidentId, event: EventId) -> String {
    if incident.create_event() == event {
        format!("/v1/incidents/{incident}")
    } else {
        format!("/v1/incidents/{incident}/events/{event}")
    }
}
