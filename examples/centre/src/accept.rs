//! What to do with bytes that arrived: one pure function, with no clock and no I/O.
//!
//! The server calls [`accept`] inside the transaction that stores the outcome, and signs steps when they are read. A simulator
//! can call it with a time and a key of its own and gets the same bytes, because Ed25519 signatures are deterministic.
//!
//! The rule behind it (INV-2): an emergency is refused only where keeping it would be wrong (too large to be one, damaged
//! on the way, another event's id). Whatever else is odd about it is stored, receipted and *flagged* for a person to see.

use std::collections::BTreeSet;

use siaga_vault::sign::{SigningKey, StepClaims};
use siaga_vault::{Digest, ReceiptClaims};

use crate::envelope::{Envelope, KINDS, VERSION};
use crate::flag::Flag;
use crate::secret::presented_digest;

/// Largest body. An SOS has about 1 KiB; 50 backfilled fixes have about 16 KiB; media never goes this way.
pub const BODY_LIMIT_BYTES: usize = 32 * 1024;

/// A wall clock further ahead than this is flagged; never refused (INV-8, F50). Ten minutes let ordinary drift pass.
pub const FUTURE_TOLERANCE_MS: i64 = 10 * 60 * 1000;

/// The name of the step that the centre signs by itself when it stores an incident's create.
pub const RECEIVED: &str = "received";

/// A write as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The incident's id as the path has it.
    pub incident: &'a str,
    /// The event's id as the path has it; the incident's own id for its create.
    pub event: &'a str,
    /// The `Content-Digest` header.
    pub content_digest: Option<&'a str>,
    /// The `Siaga-Secret` header.
    pub secret: Option<&'a str>,
    /// The `Siaga-Sent-At` header: the phone's wall clock when it sent, in Unix milliseconds.
    pub sent_at_ms: Option<i64>,
    /// The body, exactly as received.
    pub body: &'a [u8],
}

impl Arrival<'_> {
    /// Whether it is the create of its incident.
    pub fn is_create(&self) -> bool {
        self.event == self.incident
    }
}

/// What is stored already about the ids of an arrival.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The event with this id in this incident.
    pub event: Option<KnownEvent>,
    /// The incident, as soon as anything of it is stored.
    pub incident: Option<KnownIncident>,
}

/// A stored event.
#[derive(Debug, Clone)]
pub struct KnownEvent {
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its receipt, to be repeated byte for byte (INV-4).
    pub receipt: String,
}

/// What the centre holds true of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIncident {
    /// Whether its create is stored.
    pub created: bool,
    /// Whether it is a drill: as the create says; before the create, only if every event so far says so.
    pub drill: bool,
    /// Whether its create is a report, which is no emergency.
    pub is_report: bool,
    /// The SHA-256 of the incident's secret, as the create states it.
    pub secret_sha256: Option<Digest>,
    /// How many steps its timeline has.
    pub steps: u32,
}

/// Who signs, and when.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The centre's id.
    pub centre: &'a str,
    /// The online key in use.
    pub key: &'a SigningKey,
    /// Now, in Unix milliseconds by the centre's clock.
    pub at_ms: i64,
}

/// What the server does and answers.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Store all of it, durably, then answer 201 with the receipt.
    Store(Box<NewEvent>),
    /// Answer 200 with the stored receipt.
    Repeat {
        /// The receipt, byte for byte.
        receipt: String,
    },
    /// Answer 409: the id stands for other bytes.
    Conflict,
    /// Answer with a refusal and store nothing.
    Refuse(Refusal),
}

/// Why nothing is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// More than [`BODY_LIMIT_BYTES`].
    TooLarge,
    /// An id in the path is not a UUID in lower-case hyphenated text.
    BadId,
    /// The bytes do not have the stated digest: they were damaged on the way, and a receipt would be for nothing sent.
    DigestMismatch,
}

/// Everything that is to be stored in one transaction.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The SHA-256 of the body.
    pub sha256: Digest,
    /// The SHA-256 of the secret that came with it; the secret itself is never stored.
    pub presented: Option<Digest>,
    /// Whether the event says that it belongs to a drill.
    pub drill: bool,
    /// How long the bytes waited on the phone before this arrival, in milliseconds: the difference of two readings of the
    /// same clock, so it holds however wrong that clock is. Without it an old position would look new (F27, F42).
    pub waited_ms: Option<i64>,
    /// What is odd about the bytes themselves. What is odd about their standing in the incident changes when the create
    /// arrives, so [`Flag::of_standing`] judges that anew whenever it is asked.
    pub flags: BTreeSet<Flag>,
    /// The receipt.
    pub receipt: String,
    /// What the centre holds true of the incident from now on.
    pub incident: KnownIncident,
}

/// A step of a timeline with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStep {
    /// The running number within the incident, from 1.
    pub n: u32,
    /// Its name.
    pub step: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// The compact JWS.
    pub jws: String,
}

/// Judges an arrival against what is stored, and signs nothing but the receipt: a phone waits for that alone.
pub fn accept(arrival: &Arrival<'_>, known: &Known, signer: &Signer<'_>) -> Decision {
    if arrival.body.len() > BODY_LIMIT_BYTES {
        return Decision::Refuse(Refusal::TooLarge);
    }
    if !is_id(arrival.incident) || !is_id(arrival.event) {
        return Decision::Refuse(Refusal::BadId);
    }
    let sha256 = Digest::of(arrival.body);
    // A header that cannot be read states nothing; only a stated digest that differs is a reason to refuse.
    if arrival.content_digest.and_then(Digest::from_content_digest).is_some_and(|stated| stated != sha256) {
        return Decision::Refuse(Refusal::DigestMismatch);
    }
    match &known.event {
        Some(stored) if stored.sha256 == sha256 => Decision::Repeat { receipt: stored.receipt.clone() },
        Some(_) => Decision::Conflict,
        None => Decision::Store(Box::new(new_event(arrival, known.incident.as_ref(), signer, sha256))),
    }
}

fn new_event(arrival: &Arrival<'_>, known: Option<&KnownIncident>, signer: &Signer<'_>, sha256: Digest) -> NewEvent {
    let envelope = Envelope::read(arrival.body);
    let flags = flags_of_bytes(arrival, envelope.as_ref(), signer.at_ms);
    let envelope = envelope.unwrap_or_default();
    let waited_ms = arrival.sent_at_ms.zip(envelope.wall_ms()).map(|(sent, wall)| sent.saturating_sub(wall).max(0));
    // What cannot be read is taken for an emergency, never for a drill.
    let drill = envelope.drill.unwrap_or(false);
    let mut incident = match known {
        Some(known) => KnownIncident { drill: known.drill && (known.created || drill), ..known.clone() },
        None => KnownIncident { created: false, drill, is_report: false, secret_sha256: None, steps: 0 },
    };
    if arrival.is_create() {
        incident.created = true;
        incident.drill = drill;
        incident.is_report = envelope.kind.as_deref() == Some("report");
        incident.secret_sha256 = envelope.body.unwrap_or_default().secret_sha256;
        incident.steps = incident.steps.saturating_add(1);
    }
    let claims = ReceiptClaims {
        incident: arrival.incident.to_owned(),
        event: arrival.event.to_owned(),
        sha256,
        centre: signer.centre.to_owned(),
        drill,
    };
    let receipt = signer.key.sign_receipt(&claims, signer.at_ms);
    let presented = arrival.secret.and_then(presented_digest);
    NewEvent { sha256, presented, drill, waited_ms, flags, receipt, incident }
}

/// Signs the newest step of an incident: the one whose number is `incident.steps`.
pub fn sign_step(id: &str, incident: &KnownIncident, step: &str, signer: &Signer<'_>) -> SignedStep {
    let claims = StepClaims {
        incident: id.to_owned(),
        n: incident.steps,
        step: step.to_owned(),
        at_ms: signer.at_ms,
        centre: signer.centre.to_owned(),
        drill: incident.drill,
        note: None,
    };
    let jws = signer.key.sign_step(&claims);
    SignedStep { n: claims.n, step: claims.step, at_ms: claims.at_ms, jws }
}

fn flags_of_bytes(arrival: &Arrival<'_>, envelope: Option<&Envelope>, at_ms: i64) -> BTreeSet<Flag> {
    let Some(envelope) = envelope else { return BTreeSet::from([Flag::Unreadable]) };
    let names = |id: &Option<String>, path: &str| id.as_deref() == Some(path);
    let judged = [
        (Flag::UnknownVersion, envelope.v != Some(VERSION)),
        (Flag::UnknownKind, !envelope.kind.as_deref().is_some_and(|kind| KINDS.contains(&kind))),
        (Flag::IdsDiffer, !names(&envelope.incident, arrival.incident) || !names(&envelope.event, arrival.event)),
        (Flag::FromTheFuture, envelope.wall_ms().is_some_and(|wall| wall > at_ms.saturating_add(FUTURE_TOLERANCE_MS))),
    ];
    judged.into_iter().filter(|(_, odd)| *odd).map(|(flag, _)| flag).collect()
}

/// Whether the text is a UUID as receipts repeat it: lower case, with hyphens (RFC 9562 section 4).
pub fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}
