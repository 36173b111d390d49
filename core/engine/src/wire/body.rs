//! The bodies of the events (`docs/PROTOCOL.md`). What is null, empty or false is left out where the protocol allows it: on a
//! thin link bytes are seconds.

use std::ops::Not;

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::clock::T;
use crate::ids::{BootTag, IncidentId};
use crate::incident::{Link, Report};
use crate::location::{Fix, FixSource, Flag, NoFix, Radius};
use crate::wire::{ManifestBody, PreviewBody, Record};

/// The body of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Body {
    Sos(SosBody),
    Report(ReportBody),
    Escalation(EscalationBody),
    Fix(FixBody),
    Cancel(CancelBody),
    Manifest(ManifestBody),
    Note(NoteBody),
    Preview(PreviewBody),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct SosBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trigger: Option<TriggerNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(flatten)]
    pub(crate) create: CreateBody,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ReportBody {
    #[serde(flatten)]
    pub(crate) report: Report,
    #[serde(flatten)]
    pub(crate) create: CreateBody,
}

/// What every create says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CreateBody {
    pub(crate) position: Position,
    pub(crate) clock: ClockNote,
    pub(crate) secret_sha256: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<IncidentId>,
}

/// How an SOS was triggered; a drill has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TriggerNote {
    pub(crate) source: &'static str,
    pub(crate) presses: u8,
    pub(crate) span_ms: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct EscalationBody {
    pub(crate) presses: u32,
    pub(crate) presses_total: u32,
    /// Each a press; none in what an older version has drafted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) records: Vec<Record>,
    pub(crate) clock: ClockNote,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct FixBody {
    /// Each a [`FixNote`].
    pub(crate) fixes: Vec<Record>,
    pub(crate) clock: ClockNote,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CancelBody {
    pub(crate) phase: &'static str,
    pub(crate) auth: String,
    pub(crate) clock: ClockNote,
}

/// Words that the citizen adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NoteBody {
    pub(crate) text: String,
    pub(crate) clock: ClockNote,
}

/// What the phone's clocks may say: the wall clock as a statement, and elapsed times (INV-8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockNote {
    pub(crate) wall_ms: i64,
    pub(crate) boot: BootTag,
    pub(crate) since_trigger_ms: u64,
}

/// Where the citizen is, or why that is not known (F46).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    Fix(FixNote),
    NoFix { reason: NoFix },
}

/// A fix as it goes over the wire, and as a draft keeps it; drafts of older versions have every field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixNote {
    lat: f64,
    lon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    radius: Option<Radius>,
    #[serde(skip_serializing_if = "Option::is_none")]
    altitude_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed_mps: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bearing_deg: Option<f64>,
    source: FixSource,
    #[serde(default, skip_serializing_if = "Not::not")]
    mock: bool,
    age_ms: u64,
    #[serde(default, skip_serializing_if = "Not::not")]
    age_is_minimum: bool,
    #[serde(default, skip_serializing_if = "Not::not")]
    last_known: bool,
    since_trigger_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stated_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Flag>,
    /// Its place among the incident's records; none in a create, and in what an older version has drafted.
    #[serde(flatten)]
    link: Option<Link>,
}

/// Older than this at the trigger, a fix is "last known" (F42): a minute's walk is 90 m.
const LAST_KNOWN_MS: u64 = 60_000;

impl FixNote {
    /// Describes `fix` at `t` for an incident that began at `began`.
    pub(crate) fn of(fix: &Fix, t: T, boots: u32, began: T) -> Self {
        let age_ms = t.since(fix.taken);
        let crosses_boot = boots != fix.boots;
        let before = i64::try_from(began.since(fix.taken)).unwrap_or(i64::MAX);
        let after = i64::try_from(fix.taken.since(began)).unwrap_or(i64::MAX);
        Self {
            lat: fix.lat,
            lon: fix.lon,
            radius: fix.radius,
            altitude_m: fix.altitude_m,
            speed_mps: fix.speed_mps,
            bearing_deg: fix.bearing_deg,
            source: fix.source,
            mock: fix.mock,
            age_ms,
            age_is_minimum: crosses_boot,
            last_known: crosses_boot || age_ms > LAST_KNOWN_MS,
            since_trigger_ms: after.saturating_sub(before),
            stated_at: fix.stated_wall_ms,
            flags: fix.flags.clone(),
            link: None,
        }
    }

    /// The same as a record.
    pub(crate) fn linked(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_that_an_older_version_kept_with_every_field_is_read_like_a_short_one() {
        let long = r#"{"lat":-6.2,"lon":106.8,"radius":null,"altitude_m":null,"speed_mps":null,"bearing_deg":null,
            "source":"gnss","mock":false,"age_ms":3000,"age_is_minimum":false,"last_known":false,"since_trigger_ms":-3000,
            "stated_at":null,"flags":[]}"#;
        let short = r#"{"lat":-6.2,"lon":106.8,"source":"gnss","age_ms":3000,"since_trigger_ms":-3000}"#;
        let note: FixNote = serde_json::from_str(long).unwrap();
        assert_eq!(note, serde_json::from_str(short).unwrap(), "INV-14");
        assert_eq!(serde_json::to_string(&note).unwrap(), short);
    }
}
