//! The envelope: what a PUT carries. Made once, when a row is frozen, and never again (INV-4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use siaga_vault::Digest;

use crate::ids::{EventId, IncidentId};
use crate::outbox::Kind;
use crate::wire::Body;

/// The media type of every write; its version is the body's version.
pub const MEDIA_TYPE: &str = "application/vnd.siaga.v1+json";

/// The version of the envelope.
const VERSION: u8 = 1;

/// Whether an event tells about now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// About now.
    Live,
    /// About earlier: never "now" on a map (F27).
    Backfill,
}

/// The part in clear around a body that may later be sealed. `docs/PROTOCOL.md` describes each field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Envelope<'a> {
    v: u8,
    incident: IncidentId,
    event: EventId,
    seq: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<Digest>,
    kind: &'static str,
    to: [&'static str; 1],
    timing: Timing,
    drill: bool,
    urgency: u32,
    content_type: String,
    body: &'a Body,
}

/// What an envelope is made of beside its body.
pub(crate) struct Heading {
    pub(crate) incident: IncidentId,
    pub(crate) event: EventId,
    pub(crate) seq: u32,
    pub(crate) prev: Option<Digest>,
    pub(crate) kind: Kind,
    pub(crate) timing: Timing,
    pub(crate) drill: bool,
    pub(crate) urgency: u32,
}

/// Serialises an envelope. The bytes are what is sent, hashed and signed for.
pub(crate) fn envelope(heading: &Heading, body: &Body) -> Vec<u8> {
    let kind = heading.kind.word();
    let envelope = Envelope {
        v: VERSION,
        incident: heading.incident,
        event: heading.event,
        seq: heading.seq,
        prev: heading.prev,
        kind,
        to: ["centre"],
        timing: heading.timing,
        drill: heading.drill,
        urgency: heading.urgency,
        content_type: format!("application/vnd.siaga.{kind}.v1+json"),
        body,
    };
    // Serialising into memory fails only for maps with keys that are no text and for infinities; there are none of either.
    serde_json::to_vec(&envelope).unwrap_or_default()
}

/// The fields of an object, each with its bytes: what gets another id keeps every byte of the records in it.
type Fields = BTreeMap<String, Box<RawValue>>;

/// Gives a create another incident id, for a phone that was cloned or rewound: it names the old id in `replaces`, and
/// everything else stays as it was. `None` when the bytes are no envelope with a body.
pub(crate) fn renew(bytes: &[u8], id: IncidentId) -> Option<Vec<u8>> {
    let mut envelope: Fields = serde_json::from_slice(bytes).ok()?;
    let _ = envelope.insert("incident".to_owned(), to_raw_value(&id).ok()?);
    replace_event(envelope, id.create_event())
}

/// Gives a later event another id in the same way. `None` also when it has been given one before: no phone is rewound twice
/// within one event, so a centre that refuses the new id as well is broken.
pub(crate) fn renew_event(bytes: &[u8], event: EventId) -> Option<Vec<u8>> {
    let envelope: Fields = serde_json::from_slice(bytes).ok()?;
    let body: Fields = serde_json::from_slice(envelope.get("body")?.get().as_bytes()).ok()?;
    if body.get("replaces").is_some_and(|replaces| replaces.get() != "null") {
        return None;
    }
    replace_event(envelope, event)
}

fn replace_event(mut envelope: Fields, event: EventId) -> Option<Vec<u8>> {
    let old = envelope.insert("event".to_owned(), to_raw_value(&event).ok()?)?;
    let mut body: Fields = serde_json::from_slice(envelope.get("body")?.get().as_bytes()).ok()?;
    let _ = body.insert("replaces".to_owned(), old);
    let _ = envelope.insert("body".to_owned(), to_raw_value(&body).ok()?);
    serde_json::to_vec(&envelope).ok()
}
