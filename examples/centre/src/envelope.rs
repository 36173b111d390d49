//! Reading what a phone wrote, by this crate's own understanding of the protocol.
//!
//! Lenient throughout: a field of the wrong type is a field that is not there, and never takes its neighbours with it
//! (F15: a receiver that crashed on a message without position). The raw bytes are what is stored; this is only a view.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use siaga_vault::Digest;

/// The envelope's version that this centre reads.
pub const VERSION: u64 = 1;
/// The kinds that this centre knows; every other one is shown raw.
pub const KINDS: [&str; 9] =
    ["sos", "report", "escalation", "fix", "cancel", "all_clear", "manifest", "preview", "note"];

/// The envelope.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Envelope {
    /// The envelope's version.
    #[serde(deserialize_with = "lenient")]
    pub v: Option<u64>,
    /// The incident's id.
    #[serde(deserialize_with = "lenient")]
    pub incident: Option<String>,
    /// The event's id.
    #[serde(deserialize_with = "lenient")]
    pub event: Option<String>,
    /// The place of the event in the incident's order.
    #[serde(deserialize_with = "lenient")]
    pub seq: Option<u64>,
    /// What kind of event it is.
    #[serde(deserialize_with = "lenient")]
    pub kind: Option<String>,
    /// `live` or `backfill`.
    #[serde(deserialize_with = "lenient")]
    pub timing: Option<String>,
    /// Whether it is a drill.
    #[serde(deserialize_with = "lenient")]
    pub drill: Option<bool>,
    /// The presses so far.
    #[serde(deserialize_with = "lenient")]
    pub urgency: Option<u64>,
    /// The body.
    #[serde(deserialize_with = "lenient")]
    pub body: Option<Body>,
}

/// The body: the fields of all kinds beside each other, each where it is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Body {
    /// Of a create: the SHA-256 of the incident's secret.
    #[serde(deserialize_with = "lenient")]
    pub secret_sha256: Option<Digest>,
    /// What the phone's clock said.
    #[serde(deserialize_with = "lenient")]
    pub clock: Option<Clock>,
    /// Of an SOS: how it was triggered.
    #[serde(deserialize_with = "lenient")]
    pub trigger: Option<Trigger>,
    /// Of a create: where, or why that is not known.
    #[serde(deserialize_with = "lenient")]
    pub position: Option<Position>,
    /// Of a fix: positions, oldest first.
    #[serde(deserialize_with = "lenient")]
    pub fixes: Option<Vec<Value>>,
    /// Of an SOS: the citizen's registered words.
    #[serde(deserialize_with = "lenient")]
    pub message: Option<String>,
    /// Of a report: where it happened, as the citizen says.
    #[serde(deserialize_with = "lenient")]
    pub place: Option<Place>,
    /// Of a report: whom it concerns.
    #[serde(deserialize_with = "lenient")]
    pub subject: Option<String>,
    /// Of a report: whom it is for.
    #[serde(deserialize_with = "lenient")]
    pub agencies: Option<Vec<String>>,
    /// Of a report or a note: its words.
    #[serde(deserialize_with = "lenient")]
    pub text: Option<String>,
    /// Of a report: its category.
    #[serde(deserialize_with = "lenient")]
    pub category: Option<String>,
    /// Of an escalation: all presses since the trigger.
    #[serde(deserialize_with = "lenient")]
    pub presses_total: Option<u64>,
    /// Of a cancel: `grace` or `after_grace`.
    #[serde(deserialize_with = "lenient")]
    pub phase: Option<String>,
    /// The phone's battery, in per cent.
    #[serde(deserialize_with = "lenient")]
    pub battery_percent: Option<u8>,
    /// The incident that this one stands for after the phone was cloned or rewound.
    #[serde(deserialize_with = "lenient")]
    pub replaces: Option<String>,
    /// Of a create or a manifest: files that belong to the incident ([`crate::media::Announced`]).
    #[serde(deserialize_with = "lenient")]
    pub manifest: Option<Vec<Value>>,
    /// Of a manifest: ids of files that do not belong to the incident any more.
    #[serde(deserialize_with = "lenient")]
    pub withdrawn: Option<Vec<String>>,
    /// Of a preview: the id of the file that it shows.
    #[serde(deserialize_with = "lenient")]
    pub file: Option<String>,
    /// Of a preview: the picture, in base64.
    #[serde(deserialize_with = "lenient")]
    pub data: Option<String>,
}

/// The phone's clock at the time of the event.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Clock {
    /// Its wall clock, in Unix milliseconds: a statement, never a judge (INV-8).
    #[serde(deserialize_with = "lenient")]
    pub wall_ms: Option<i64>,
}

/// How an SOS was triggered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Trigger {
    /// How many presses it took.
    #[serde(deserialize_with = "lenient")]
    pub presses: Option<u64>,
}

/// Where something happened, as the citizen says.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    /// Latitude, in degrees north.
    pub lat: f64,
    /// Longitude, in degrees east.
    pub lon: f64,
    /// How far around, in metres.
    #[serde(default, deserialize_with = "lenient")]
    pub radius_m: Option<u32>,
    /// The same in words.
    #[serde(default, deserialize_with = "lenient")]
    pub words: Option<String>,
}

/// Where the citizen is, or why that is not known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Position {
    /// A position.
    #[serde(deserialize_with = "lenient")]
    pub fix: Option<Fix>,
    /// Why there is none.
    #[serde(deserialize_with = "lenient")]
    pub no_fix: Option<NoFix>,
}

/// Why there is no position (F46).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NoFix {
    /// The reason, in one word.
    #[serde(deserialize_with = "lenient")]
    pub reason: Option<String>,
}

/// A position with what is known about its worth (F42).
#[derive(Debug, Clone, Deserialize)]
pub struct Fix {
    /// Latitude, in degrees north.
    pub lat: f64,
    /// Longitude, in degrees east.
    pub lon: f64,
    /// How far off it may be.
    #[serde(default, deserialize_with = "lenient")]
    pub radius: Option<Radius>,
    /// How old it was when it was sent, in milliseconds.
    #[serde(default, deserialize_with = "lenient")]
    pub age_ms: Option<u64>,
    /// Whether it may be older than that.
    #[serde(default, deserialize_with = "lenient")]
    pub age_is_minimum: Option<bool>,
    /// Whether it was older than a minute when the event was made.
    #[serde(default, deserialize_with = "lenient")]
    pub last_known: Option<bool>,
    /// Where it came from.
    #[serde(default, deserialize_with = "lenient")]
    pub source: Option<String>,
    /// Whether an app on the phone invented it.
    #[serde(default, deserialize_with = "lenient")]
    pub mock: Option<bool>,
    /// What the phone itself found odd about it.
    #[serde(default, deserialize_with = "lenient")]
    pub flags: Option<Vec<String>>,
}

/// A radius with its confidence.
#[derive(Debug, Clone, Deserialize)]
pub struct Radius {
    /// The radius, in metres.
    pub m: f64,
    /// How probable it is that the phone is inside, 0–1.
    #[serde(default, deserialize_with = "lenient")]
    pub confidence: Option<f64>,
}

impl Envelope {
    /// Reads an envelope; `None` when the bytes are no JSON object.
    pub fn read(bytes: &[u8]) -> Option<Envelope> {
        // By way of a `Value`, which takes a doubled field where a struct would refuse it.
        let value: Value = serde_json::from_slice(bytes).ok()?;
        if value.is_object() { Envelope::deserialize(value).ok() } else { None }
    }

    /// What the phone's wall clock said when the event was made, in Unix milliseconds.
    pub fn wall_ms(&self) -> Option<i64> {
        self.body.as_ref()?.clock.as_ref()?.wall_ms
    }

    /// The newest position in it that can be read and is on the globe.
    pub fn newest_fix(&self) -> Option<Fix> {
        let body = self.body.as_ref()?;
        let of_fixes = body.fixes.iter().flatten().rev().filter_map(|fix| Fix::deserialize(fix).ok());
        let of_create = body.position.iter().filter_map(|position| position.fix.clone());
        of_fixes.chain(of_create).find(Fix::is_on_the_globe)
    }
}

impl Fix {
    fn is_on_the_globe(&self) -> bool {
        self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0
    }
}

/// The deserializer is a `Value` that was read to its end ([`Envelope::read`]), so an error in it leaves its neighbours alone.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(deserializer).ok())
}
