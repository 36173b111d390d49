//! What a draft of a report is: its text as the citizen left it. It stands in the outbox, in a slot outside all lanes, because the
//! engine's state is bounded and saved with every step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::FileId;
use crate::incident::Report;
use crate::media::Stated;
use crate::outbox::{Content, Row};
use crate::state::is_default;

/// A report that is not submitted. A draft that an older version wrote is always read (INV-14).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) report: Report,
    /// What its files say of themselves: it goes with their announcement.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) stated: BTreeMap<FileId, Stated>,
}

impl Draft {
    /// The draft that a row is; `None` for any other row, and for one that cannot be read.
    pub(crate) fn of(row: &Row) -> Option<Self> {
        match &row.content {
            Content::Draft(bytes) if row.slot.is_draft() => serde_json::from_slice(bytes).ok(),
            Content::Draft(_) | Content::Frozen { .. } => None,
        }
    }

    pub(crate) fn content(&self) -> Content {
        // Serialising plain data into memory does not fail: a report's numbers are finite.
        Content::Draft(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// The report of a draft's row, for the screen that edits it.
#[must_use]
pub fn drafted(row: &Row) -> Option<Report> {
    Draft::of(row).map(|draft| draft.report)
}
