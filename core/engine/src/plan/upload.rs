//! Requests of uploads: tus 1.0.0 (`docs/PROTOCOL.md`, "Media"). One at a time, each as long as the link carries in a second;
//! or, in a platform's hands, all the rest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::T;
use crate::delivery::{Claim, Flight};
use crate::effect::Dispatch;
use crate::media::Ask;
use crate::outbox::Change;
use crate::plan::meter;
use crate::plan::request::{header, secret};
use crate::turn::Turn;
use crate::wire::{Method, Payload, Request, Ticket};

/// The whole time of a request that carries no part of the file.
const ASK_TIMEOUT_MS: u32 = 30_000;
/// The whole time of a part: the least one, 16 KiB, passes at 3 kbit/s; slower is no link.
const PART_TIMEOUT_MS: u32 = 60_000;
/// How long the claim of either lasts: the longest, and time to hand back its outcome.
const LEASE_MS: u64 = 65_000;
/// What a platform may take, which waits for Wi-Fi and power as it likes: a week, as long as the slowest of them tries
/// (`timeoutIntervalForResource` of Apple's background sessions). A statement: the platform's own limit counts.
const HANDED_TIMEOUT_MS: u32 = 7 * 86_400_000;
/// How long the claim of what a platform carries lasts. Whoever comes after it only asks how much is there, and a centre that is
/// still at it says so: so it need not be as long as the platform takes. What the platform has dropped is told at the next start.
const HANDED_LEASE_MS: u64 = 60 * 60_000;

/// What every request of tus has to say, and its one value.
const RESUMABLE: (&str, &str) = ("tus-resumable", "1.0.0");
/// The media type of a part.
const PART_TYPE: &str = "application/offset+octet-stream";

/// How long a claim lasts.
pub(super) const fn lease_ms(handed: bool) -> u64 {
    if handed { HANDED_LEASE_MS } else { LEASE_MS }
}

/// Whether the centre says that it refuses a part whose hash is another.
pub(super) fn checks_parts(turn: &Turn) -> bool {
    turn.state.reads.offers("media-checksum")
}

/// What this process has under way, which its sleep would cut, is the last that it sends: what is there after it is known, and all
/// the rest goes to the platform in the next hand-over. One that has not ended by then goes as it is. And what a platform carries
/// already is named again, under the same id, so that it can be compared with what the platform still has.
pub(super) fn hand_over(turn: &mut Turn, dispatches: &mut Vec<Dispatch>) {
    let (owner, until) = (turn.owner, turn.t.after(HANDED_LEASE_MS));
    for index in 0..turn.state.claims.len() {
        let Some(mut claim) = turn.state.claims.get(index).cloned() else { return };
        let is_ours = claim.owner == owner || claim.is_handed();
        let Some(flight) = claim.upload.as_mut().filter(|_| is_ours && claim.held.is_none()) else { continue };
        if !flight.handed && !flight.last {
            flight.last = true;
            turn.dirty = true;
            if let Some(known) = turn.state.claims.get_mut(index) {
                *known = claim;
            }
            continue;
        }
        if !flight.handed {
            (flight.handed, flight.unmetered) = (true, meter::needs_unmetered(turn, claim.incident, claim.row.event));
        }
        let slot = turn.slot(claim.row.lane, until);
        turn.changes.push(Change::Move { from: claim.slot, to: slot, attempt: claim.attempt });
        (claim.slot, claim.until, claim.owner) = (slot, until, owner);
        dispatches.extend(claim.upload.as_ref().map(|flight| dispatch(turn, &claim, flight, turn.t)));
        turn.dirty = true;
        if let Some(known) = turn.state.claims.get_mut(index) {
            *known = claim;
        }
    }
}

/// The request that a claim of an upload asks, of a row that may leave from then on.
pub(super) fn dispatch(turn: &Turn, claim: &Claim, flight: &Flight, due: T) -> Dispatch {
    // What a platform carries is long, and cut often: all that came of it shall count.
    let checks = checks_parts(turn) && !flight.handed;
    let body = flight.upload.slice(&flight.ask, checks).map_or_else(Payload::none, Payload::Slice);
    let (name, value) = RESUMABLE;
    let mut headers = vec![header(name, value.to_owned())];
    headers.extend(secret(turn, claim.incident));
    let (method, path) = match &flight.ask {
        Ask::Create { .. } => {
            headers.push(header("upload-length", flight.upload.bytes.to_string()));
            headers.push(header("upload-metadata", metadata(claim, flight)));
            (Method::Post, "/v1/media".to_owned())
        }
        Ask::Look { path } => (Method::Head, path.clone()),
        Ask::Send { path, offset, .. } => {
            headers.push(header("upload-offset", offset.to_string()));
            (Method::Patch, path.clone())
        }
    };
    let carries = matches!(body, Payload::Slice(_));
    if carries {
        headers.push(header("content-type", PART_TYPE.to_owned()));
    }
    let timeout_ms = match (flight.handed, carries) {
        (true, _) => HANDED_TIMEOUT_MS,
        (false, true) => PART_TIMEOUT_MS,
        (false, false) => ASK_TIMEOUT_MS,
    };
    let request = Request {
        route: claim.route,
        method,
        path,
        headers,
        body,
        apart: true,
        timeout_ms,
        after_ms: u32::try_from(due.since(turn.t)).unwrap_or(u32::MAX),
        must_pass: false,
        unmetered: flight.unmetered,
    };
    Dispatch { ticket: Ticket::Delivery { row: claim.row, attempt: claim.attempt }, request, stored: None }
}

/// Key, space, base64 of the value, comma between (tus 1.0.0, "Upload-Metadata").
fn metadata(claim: &Claim, flight: &Flight) -> String {
    let upload = &flight.upload;
    let pairs = [
        ("incident", claim.incident.to_string()),
        ("file", claim.row.event.to_string()),
        ("sha256", upload.sha256.to_string()),
        ("name", upload.name.clone()),
        ("type", upload.media_type.mime().to_owned()),
    ];
    let drill = claim.drill.then(|| ("drill", "true".to_owned()));
    let pair = |(key, value): (&str, String)| format!("{key} {}", STANDARD.encode(value));
    pairs.into_iter().chain(drill).map(pair).collect::<Vec<_>>().join(",")
}
