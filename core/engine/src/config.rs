//! What an agency sets: every limit with its default, its range and its reason. A value out of range is a typed error that
//! says what, where and what would do.

use serde::{Deserialize, Serialize};
use siaga_vault::PublicKey;
use thiserror::Error;

use crate::press::Source;

/// The settings of one agency, as they come from a file or from the host app. [`Config::check`] makes [`Rules`] of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How presses become an SOS.
    #[serde(default)]
    pub press: PressConfig,
    /// How an incident lives.
    #[serde(default)]
    pub incident: IncidentConfig,
    /// What may be attached.
    #[serde(default)]
    pub media: MediaConfig,
    /// The centre that signs.
    pub centre: CentreConfig,
    /// Whether the transport has an address for the second route.
    #[serde(default)]
    pub second_route: bool,
}

/// How presses become an SOS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PressConfig {
    /// Presses that make an SOS, 3–10. Default 3, as in Jawa Tengah's Smile Police and India's 112.
    pub presses: u8,
    /// They must fall within this window, 1,000–10,000 ms. Default 3,000; AlertCops allows 6 s, Panic Button 8 s.
    pub window_ms: u32,
    /// A press sooner than this after the one before is a bouncing contact, 20–300 ms. Default 80; the Android power-key
    /// gesture takes taps less than 300 ms apart, so more would swallow real presses.
    pub debounce_ms: u32,
    /// The sources that count; at least one.
    pub sources: Vec<Source>,
}

/// How an incident lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IncidentConfig {
    /// A cancel within this time says "by mistake" on the wire, 0–60,000 ms. Nothing is held back meanwhile. Default 10,000.
    pub grace_ms: u32,
    /// At most one escalation is sent in this time, with the count of its presses, 1,000–60,000 ms. Default 5,000.
    pub escalation_gap_ms: u32,
    /// At most one fix is sent in this time unless it is clearly better, 1,000–300,000 ms. Default 5,000.
    pub fix_gap_ms: u32,
    /// A received SOS that nobody ended is over after this time, and the button is armed anew, 1–168 h. Default 24.
    pub sos_max_age_h: u16,
    /// A drill without a receipt is over after this time, 1–60 min. Default 10.
    pub drill_max_age_min: u16,
    /// The citizen's pre-registered emergency message, at most 500 characters.
    pub message: Option<String>,
}

/// What may be attached to an incident. MB are 1,000,000 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaConfig {
    /// The largest file, 1–4,000 MB. Default 500: four minutes of a phone's 4K video, which at 5 Mbit/s take a quarter of an hour.
    pub file_max_mb: u32,
    /// All copies together, 10–16,000 MB. Default 2,000: a cheap phone has 16 GB, most of them taken.
    pub total_max_mb: u32,
    /// Copies of files that the centre has signed for are kept for so long, 0–30 days. Default 7: whoever was harmed may be asked
    /// again by an insurer, a lawyer or another agency.
    pub keep_days: u16,
    /// A larger file of a report or a drill waits while the network is metered, 0–4,000 MB; 0 lets each wait. Default 20: some
    /// photos or a minute of speech pass, a video does not, and 20 MB are one per cent of a small data plan of 2 GB. A file of an
    /// SOS never waits.
    pub metered_max_mb: u32,
}

/// The centre that signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreConfig {
    /// Its name in every receipt: 1–64 of `a`–`z`, `0`–`9`, `.`, `-`.
    pub id: String,
    /// The offline root key, which signs the key set: Ed25519, base64url.
    pub root_key: PublicKey,
}

impl Default for PressConfig {
    fn default() -> Self {
        Self { presses: 3, window_ms: 3_000, debounce_ms: 80, sources: Source::ALL.to_vec() }
    }
}

impl Default for IncidentConfig {
    fn default() -> Self {
        Self {
            grace_ms: 10_000,
            escalation_gap_ms: 5_000,
            fix_gap_ms: 5_000,
            sos_max_age_h: 24,
            drill_max_age_min: 10,
            message: None,
        }
    }
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self { file_max_mb: 500, total_max_mb: 2_000, keep_days: 7, metered_max_mb: 20 }
    }
}

impl MediaConfig {
    const MB: u64 = 1_000_000;
    const DAY_MS: u64 = 86_400_000;

    /// [`MediaConfig::file_max_mb`] in bytes.
    #[must_use]
    pub fn file_max_bytes(&self) -> u64 {
        u64::from(self.file_max_mb) * Self::MB
    }

    /// [`MediaConfig::total_max_mb`] in bytes.
    #[must_use]
    pub fn total_max_bytes(&self) -> u64 {
        u64::from(self.total_max_mb) * Self::MB
    }

    /// [`MediaConfig::metered_max_mb`] in bytes.
    pub(crate) fn metered_max_bytes(&self) -> u64 {
        u64::from(self.metered_max_mb) * Self::MB
    }

    /// [`MediaConfig::keep_days`] in milliseconds.
    pub(crate) fn keep_ms(&self) -> u64 {
        u64::from(self.keep_days) * Self::DAY_MS
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{field} is {value}, but must be {expected}")]
pub struct ConfigError {
    /// Which setting, as a path.
    pub field: &'static str,
    /// What it is.
    pub value: String,
    /// What would do.
    pub expected: String,
}

/// Settings that were checked; the engine takes no others.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules(Config);

impl Config {
    /// The defaults for one centre.
    #[must_use]
    pub fn for_centre(id: &str, root_key: PublicKey) -> Self {
        Self {
            press: PressConfig::default(),
            incident: IncidentConfig::default(),
            media: MediaConfig::default(),
            centre: CentreConfig { id: id.to_owned(), root_key },
            second_route: false,
        }
    }

    /// Checks every value.
    ///
    /// # Errors
    /// The first value that cannot be used.
    pub fn check(self) -> Result<Rules, ConfigError> {
        let press = &self.press;
        range("press.presses", press.presses.into(), 3, 10)?;
        range("press.window_ms", press.window_ms.into(), 1_000, 10_000)?;
        range("press.debounce_ms", press.debounce_ms.into(), 20, 300)?;
        // Ten presses 300 ms apart do not fit into one second: the SOS could never be made.
        let fastest_ms = u64::from(press.debounce_ms) * u64::from(press.presses.saturating_sub(1));
        range("press.window_ms", press.window_ms.into(), fastest_ms, 10_000)?;
        if press.sources.is_empty() {
            return Err(error("press.sources", "empty", "at least one source, or no press ever counts"));
        }
        let incident = &self.incident;
        range("incident.grace_ms", incident.grace_ms.into(), 0, 60_000)?;
        range("incident.escalation_gap_ms", incident.escalation_gap_ms.into(), 1_000, 60_000)?;
        range("incident.fix_gap_ms", incident.fix_gap_ms.into(), 1_000, 300_000)?;
        range("incident.sos_max_age_h", incident.sos_max_age_h.into(), 1, 168)?;
        range("incident.drill_max_age_min", incident.drill_max_age_min.into(), 1, 60)?;
        let letters = incident.message.as_deref().map_or(0, |text| text.chars().count());
        range("incident.message (characters)", letters as u64, 0, 500)?;
        let media = &self.media;
        range("media.file_max_mb", media.file_max_mb.into(), 1, 4_000)?;
        range("media.total_max_mb", media.total_max_mb.into(), 10, 16_000)?;
        range("media.keep_days", media.keep_days.into(), 0, 30)?;
        range("media.metered_max_mb", media.metered_max_mb.into(), 0, 4_000)?;
        centre_id(&self.centre.id)?;
        Ok(Rules(self))
    }
}

impl std::ops::Deref for Rules {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.0
    }
}

fn range(field: &'static str, value: u64, least: u64, most: u64) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(error(field, &value.to_string(), &format!("{least} to {most}")))
}

fn centre_id(id: &str) -> Result<(), ConfigError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if (1..=64).contains(&id.len()) && id.chars().all(allowed) {
        return Ok(());
    }
    Err(error("centre.id", &format!("{id:?}"), "1 to 64 of a-z, 0-9, '.' and '-'"))
}

fn error(field: &'static str, value: &str, expected: &str) -> ConfigError {
    ConfigError { field, value: value.to_owned(), expected: expected.to_owned() }
}
