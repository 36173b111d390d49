//! One line of a trace.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};
use siaga::{FixReading, FixSource, IncidentConfig, MediaConfig, NoFix, PressConfig, Radius, Report, Source};

use crate::replay::fault::{TraceFault, malformed};
use crate::replay::link::ROUND_TRIP_MS;

/// A line that says something.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// When; at once without it.
    pub(super) at_ms: Option<u64>,
    pub(super) wanted: Wanted,
    /// As it stands in the trace.
    pub(super) text: String,
}

/// What a line asks for.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Config(Limits),
    Input(Input),
    Expectation(Value),
}

/// The agency's limits.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) press: PressConfig,
    pub(super) incident: IncidentConfig,
    pub(super) media: MediaConfig,
}

/// An input.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Input {
    Press {
        #[serde(default = "screen")]
        source: Source,
        #[serde(default)]
        ago_ms: u32,
    },
    Drill,
    Cancel {
        #[serde(default)]
        code: Option<String>,
    },
    Report(Report),
    Draft(Report),
    Drafted,
    Edit(Report),
    Submit,
    Discard,
    Note {
        text: String,
    },
    Attach(AttachInput),
    AnyNetwork,
    Fix(Box<FixInput>),
    NoFix {
        reason: NoFix,
    },
    Network {
        mode: Mode,
    },
    NetworkChanged,
    NetworkMetered {
        metered: bool,
    },
    IdentityChanged,
    Push,
    Mark {
        step: String,
    },
    Centre {
        files: Files,
    },
    Restart {
        #[serde(default)]
        reboot: bool,
    },
    Kill,
    Suspend {
        #[serde(default = "round_trip")]
        reply_after_ms: u64,
    },
    Resume,
    Lock,
    Unlock,
    Advance,
}

const fn round_trip() -> u64 {
    ROUND_TRIP_MS
}

const fn screen() -> Source {
    Source::Screen
}

/// What the test centre does with files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Files {
    #[default]
    None,
    Signed,
    Unsigned,
}

/// What every later request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    Centre,
    Offline,
    Portal,
    Redirect,
    Waf,
    Busy,
    NeedsIdentity,
    TooLarge,
    LostReply,
    Cut,
    Silent,
    OtherIncident,
    OtherKey,
}

/// A file: its first bytes, and how many there are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachInput {
    pub(super) name: String,
    /// In base64.
    head: String,
    bytes: usize,
    /// Given as another app's content, and not by its path.
    #[serde(default)]
    pub(super) content: bool,
}

impl AttachInput {
    /// All of it; `None` when the first bytes are not base64. What follows them is the same in each run.
    pub(super) fn whole(&self) -> Option<Vec<u8>> {
        let mut bytes = STANDARD.decode(&self.head).ok()?;
        bytes.resize(self.bytes, 0x5A);
        Some(bytes)
    }

    /// The last part of its name: a path ends like this.
    pub(super) fn last_part(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }
}

/// A fix of which only the position has to be there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixInput {
    lat: f64,
    lon: f64,
    radius: Option<Radius>,
    altitude_m: Option<f64>,
    speed_mps: Option<f64>,
    bearing_deg: Option<f64>,
    #[serde(default = "gnss")]
    source: FixSource,
    #[serde(default)]
    mock: bool,
    #[serde(default)]
    age_ms: u64,
    stated_wall_ms: Option<i64>,
}

const fn gnss() -> FixSource {
    FixSource::Gnss
}

impl FixInput {
    pub(super) const fn reading(&self) -> FixReading {
        let Self { lat, lon, radius, altitude_m, speed_mps, bearing_deg, source, mock, age_ms, stated_wall_ms } = *self;
        FixReading { lat, lon, radius, altitude_m, speed_mps, bearing_deg, source, mock, age_ms, stated_wall_ms }
    }
}

/// Reads all lines of a trace.
pub(super) fn read(trace: &str) -> Result<Vec<Line>, TraceFault> {
    let numbered = trace.lines().enumerate().map(|(index, text)| (index + 1, text.trim()));
    let told = numbered.filter(|(_, text)| !text.is_empty() && !text.starts_with('#'));
    told.map(|(number, text)| one(number, text)).collect()
}

fn one(number: usize, text: &str) -> Result<Line, TraceFault> {
    let wrong = |why: String| malformed(number, why);
    let mut fields: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| wrong(format!("it is no JSON object: {error}")))?;
    let at_ms = match fields.remove("at_ms") {
        None => None,
        Some(at_ms) => Some(at_ms.as_u64().ok_or_else(|| wrong("at_ms is no whole number of milliseconds".into()))?),
    };
    let wanted = match (fields.remove("expect"), fields.remove("config")) {
        (Some(expected), None) if fields.is_empty() => Wanted::Expectation(expected),
        (None, Some(limits)) if fields.is_empty() && at_ms.is_none() => {
            Wanted::Config(serde_json::from_value(limits).map_err(|error| wrong(error.to_string()))?)
        }
        (None, None) => {
            Wanted::Input(serde_json::from_value(Value::Object(fields)).map_err(|error| wrong(error.to_string()))?)
        }
        (Some(_), _) | (_, Some(_)) => return Err(wrong("expect and config stand alone on their line".into())),
    };
    Ok(Line { number, at_ms, wanted, text: text.to_owned() })
}
