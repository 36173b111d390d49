//! The bodies of the events (`docs/PROTOCOL.md`). Fields that only a later version fills are there from the start, empty.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::clock::T;
use crate::ids::{BootTag, IncidentId};
use crate::location::{Fix, FixSource, Flag, NoFix, Radius};

/// The body of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Body {
    Sos(SosBody),
    Report(ReportBody),
    Escalation(EscalationBody),
    Fix(FixBody),
    Cancel(CancelBody),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct SosBody {
    pub(crate) trigger: Option<TriggerNote>,
    pub(crate) message: Option<String>,
    #[serde(flatten)]
    pub(crate) create: CreateBody,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ReportBody {
    pub(crate) category: String,
    pub(crate) text: String,
    #[serde(flatten)]
    pub(crate) create: CreateBody,
}

/// What every create says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CreateBody {
    pub(crate) position: Position,
    pub(crate) clock: ClockNote,
    pub(crate) secret_sha256: Digest,
    pub(crate) needs: [&'static str; 0],
    pub(crate) contacts: [&'static str; 0],
    pub(crate) subject: &'static str,
    pub(crate) place: Option<&'static str>,
    pub(crate) manifest: [&'static str; 0],
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
    pub(crate) clock: ClockNote,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct FixBody {
    pub(crate) fixes: Vec<FixNote>,
    pub(crate) clock: ClockNote,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CancelBody {
    pub(crate) phase: &'static str,
    pub(crate) auth: String,
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

/// A fix as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixNote {
    lat: f64,
    lon: f64,
    radius: Option<Radius>,
    altitude_m: Option<f64>,
    speed_mps: Option<f64>,
    bearing_deg: Option<f64>,
    source: FixSource,
    mock: bool,
    age_ms: u64,
    age_is_minimum: bool,
    last_known: bool,
    since_trigger_ms: i64,
    stated_at: Option<i64>,
    flags: Vec<Flag>,
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
        }
    }
}
