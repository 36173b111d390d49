//! Requests of uploads: tus 1.0.0 (`docs/PROTOCOL.md`, "Media"). One at a time, each as long as the link carries in a second.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::{Claim, Flight};
use crate::effect::Dispatch;
use crate::media::Ask;
use crate::plan::request::{header, secret};
use crate::turn::Turn;
use crate::wire::{Method, Payload, Request, Slice, Ticket};

/// The whole time of a request that carries no part of the file.
const ASK_TIMEOUT_MS: u32 = 30_000;
/// The whole time of a part: the least one, 16 KiB, passes at 3 kbit/s; slower is no link.
const PART_TIMEOUT_MS: u32 = 60_000;
/// How long the claim of either lasts: the longest, and time to hand back its outcome.
pub(super) const LEASE_MS: u64 = 65_000;

/// What every request of tus has to say, and its one value.
const RESUMABLE: (&str, &str) = ("tus-resumable", "1.0.0");
/// The media type of a part.
const PART_TYPE: &str = "application/offset+octet-stream";

/// The request that a claim of an upload asks.
pub(super) fn dispatch(turn: &Turn, claim: &Claim, flight: &Flight) -> Dispatch {
    let sha256 = flight.upload.sha256;
    let part = |offset: u64, length: u64| Payload::Slice(Slice { sha256, offset, length });
    let (name, value) = RESUMABLE;
    let mut headers = vec![header(name, value.to_owned())];
    headers.extend(secret(turn, claim.incident));
    let (method, path, body) = match &flight.ask {
        Ask::Create { length } => {
            headers.push(header("upload-length", flight.upload.bytes.to_string()));
            headers.push(header("upload-metadata", metadata(claim, flight)));
            let body = if *length > 0 { part(0, *length) } else { Payload::none() };
            (Method::Post, "/v1/media".to_owned(), body)
        }
        Ask::Look { path } => (Method::Head, path.clone(), Payload::none()),
        Ask::Send { path, offset, length } => {
            headers.push(header("upload-offset", offset.to_string()));
            (Method::Patch, path.clone(), part(*offset, *length))
        }
    };
    let carries = matches!(body, Payload::Slice(_));
    if carries {
        headers.push(header("content-type", PART_TYPE.to_owned()));
    }
    let timeout_ms = if carries { PART_TIMEOUT_MS } else { ASK_TIMEOUT_MS };
    let request = Request {
        route: claim.route,
        method,
        path,
        headers,
        body,
        apart: true,
        timeout_ms,
        after_ms: 0,
        must_pass: false,
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
