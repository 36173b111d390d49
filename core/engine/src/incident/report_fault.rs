//! Why a report, a draft or a note cannot be taken.

use thiserror::Error;

use crate::incident::report::{MOST_AGENCIES, MOST_CATEGORY, MOST_RADIUS_M, MOST_TEXT, MOST_WORDS};

/// A report, a draft or a note that cannot be taken.
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
    /// A note without a word.
    #[error("the note is empty: write what there is to add")]
    TextMissing,
    /// The place is no place.
    #[error(
        "the report's place must be on the globe, its radius 1 to {MOST_RADIUS_M} m, its words at most {MOST_WORDS} \
         characters"
    )]
    Place,
    /// An agency's name is none, or there are too many.
    #[error("a report is for at most {MOST_AGENCIES} agencies, each 1 to {MOST_CATEGORY} of a-z, 0-9 and '_'")]
    Agencies,
    /// The outbox is full.
    #[error("{waiting} reports wait already, and no more can be kept: wait until some are delivered")]
    TooManyWaiting {
        /// How many wait.
        waiting: u32,
    },
    /// As many drafts are kept as can be.
    #[error("{most} drafts are kept already, and no more can be: submit or discard one")]
    TooManyDrafts {
        /// How many are possible.
        most: u32,
    },
    /// The draft is not known: it was submitted or discarded, or its text went with a damaged disk.
    #[error("no such draft is kept: look at the snapshot's incidents, or write it anew")]
    NoSuchDraft,
    /// The incident is not known, is history, or is a draft.
    #[error("no such incident was sent: take one of the snapshot's that is no draft")]
    NoSuchIncident,
}
