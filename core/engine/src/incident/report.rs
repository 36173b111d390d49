//! An ordinary report: no emergency, but kept and delivered like one.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Most characters of a report's text: some three pages; the envelope stays below the 32 KiB that a centre accepts even when
/// each takes four bytes and is escaped.
const MOST_TEXT: usize = 4_000;
/// Most characters of a category.
const MOST_CATEGORY: usize = 64;

/// What a citizen reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Which kind of trouble, in the agency's own words: 1–64 of `a`–`z`, `0`–`9`, `_`.
    pub category: String,
    /// What happened, at most 4,000 characters.
    pub text: String,
}

/// A report that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ReportFault {
    /// The category is no category.
    #[error("the report's category must be 1 to {MOST_CATEGORY} of a-z, 0-9 and '_'")]
    Category,
    /// The text is too long.
    #[error("the report's text has {characters} characters, at most {MOST_TEXT} are possible: shorten it")]
    TextTooLong {
        /// How many it has.
        characters: u32,
    },
    /// The outbox is full.
    #[error("{waiting} reports wait already, and no more can be kept: wait until some are delivered")]
    TooManyWaiting {
        /// How many wait.
        waiting: u32,
    },
}

impl Report {
    pub(crate) fn check(&self) -> Result<(), ReportFault> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.category.is_empty() || self.category.len() > MOST_CATEGORY || !self.category.chars().all(allowed) {
            return Err(ReportFault::Category);
        }
        let characters = self.text.chars().count();
        if characters <= MOST_TEXT {
            return Ok(());
        }
        Err(ReportFault::TextTooLong { characters: u32::try_from(characters).unwrap_or(u32::MAX) })
    }
}
