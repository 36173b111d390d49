//! An ordinary report: no emergency, but kept and delivered like one.

use serde::{Deserialize, Serialize};

use crate::incident::ReportFault;
use crate::location::LatLon;

/// Most characters of a report's text, or of a note's: some three pages; the envelope stays below the 32 KiB that a centre
/// accepts even when each takes four bytes and is escaped.
pub(crate) const MOST_TEXT: usize = 4_000;
/// Most characters of a category, and of an agency's name.
pub(crate) const MOST_CATEGORY: usize = 64;
/// Most characters of the words about a place: an address and how to find it.
pub(crate) const MOST_WORDS: usize = 200;
/// The widest circle around a place, in metres: a district on fire.
pub(crate) const MOST_RADIUS_M: u32 = 100_000;
/// Agencies that one report is for: police, fire brigade, ambulance, and the municipality.
pub(crate) const MOST_AGENCIES: usize = 4;

/// What a citizen reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Which kind of trouble, in the agency's own words: 1–64 of `a`–`z`, `0`–`9`, `_`. A draft may have none yet.
    pub category: String,
    /// What happened, at most 4,000 characters.
    pub text: String,
    /// Where it happened, apart from where the phone is.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whom it concerns. Not stated, it is the citizen.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Whom it is for, each written as a category is, at most 4. With none the centre decides.
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agencies: Vec<String>,
}

/// Where something happened, as the citizen says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// How far around, 1–100,000 m, as the citizen drew it.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_m: Option<u32>,
    /// The same in words, at most 200 characters.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Whom a report concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The citizen themselves.
    Me,
    /// Somebody else, for whom the citizen speaks.
    Other,
    /// The citizen saw it, and does not speak for anybody.
    Witness,
}

impl Subject {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Me, Self::Other, Self::Witness];

    /// Its name on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Other => "other",
            Self::Witness => "witness",
        }
    }
}

impl Report {
    /// Whether it can be submitted.
    pub(crate) fn check(&self) -> Result<(), ReportFault> {
        if !is_category(&self.category) {
            return Err(ReportFault::Category);
        }
        self.check_draft()
    }

    /// Whether it can be kept as a draft: the category may still be missing.
    pub(crate) fn check_draft(&self) -> Result<(), ReportFault> {
        if !self.category.is_empty() && !is_category(&self.category) {
            return Err(ReportFault::Category);
        }
        if self.place.as_ref().is_some_and(|place| !place.is_one()) {
            return Err(ReportFault::Place);
        }
        if self.agencies.len() > MOST_AGENCIES || !self.agencies.iter().all(|agency| is_category(agency)) {
            return Err(ReportFault::Agencies);
        }
        check_text(&self.text)
    }
}

impl Place {
    fn is_one(&self) -> bool {
        let on_the_globe = LatLon::new(self.lat, self.lon).is_ok();
        let radius = self.radius_m.is_none_or(|radius_m| (1..=MOST_RADIUS_M).contains(&radius_m));
        let words = self.words.as_ref().is_none_or(|words| words.chars().count() <= MOST_WORDS);
        on_the_globe && radius && words
    }
}

/// Whether a text is short enough for one event.
pub(crate) fn check_text(text: &str) -> Result<(), ReportFault> {
    let characters = text.chars().count();
    if characters <= MOST_TEXT {
        return Ok(());
    }
    Err(ReportFault::TextTooLong { characters: u32::try_from(characters).unwrap_or(u32::MAX) })
}

fn is_category(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=MOST_CATEGORY).contains(&text.len()) && text.chars().all(allowed)
}
