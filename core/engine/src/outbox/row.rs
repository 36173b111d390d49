//! A row of the outbox: one event to one recipient over one bearer.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::ids::{EventId, IncidentId};
use crate::outbox::Slot;

/// What an event is. The numbers stand in the database and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Kind {
    /// The create of an SOS or of a drill.
    Sos = 1,
    /// The create of an ordinary report.
    Report = 2,
    /// Presses after the trigger.
    Escalation = 3,
    /// One or more fixes.
    Fix = 4,
    /// The citizen calls the SOS off.
    Cancel = 5,
    /// Files that belong to the incident from now on.
    Manifest = 6,
    /// A small picture of a file.
    Preview = 7,
    /// A file itself: its bytes are beside the database, and its row says how far its upload is.
    File = 8,
    /// Words that the citizen adds.
    Note = 9,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Sos,
        Self::Report,
        Self::Escalation,
        Self::Fix,
        Self::Cancel,
        Self::Manifest,
        Self::Preview,
        Self::File,
        Self::Note,
    ];

    /// The kind with this number, as it stands in the database.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The number that stands in the database.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sos => "sos",
            Self::Report => "report",
            Self::Escalation => "escalation",
            Self::Fix => "fix",
            Self::Cancel => "cancel",
            Self::Manifest => "manifest",
            Self::Preview => "preview",
            Self::File => "file",
            Self::Note => "note",
        }
    }

    /// Whether the event is sent only with the citizen's identity: a report, and all of a drill, which shows that the identity
    /// works. What belongs to an SOS goes without one when there is none.
    #[must_use]
    pub(crate) const fn needs_identity(self, drill: bool) -> bool {
        match self {
            Self::Report => true,
            Self::Sos
            | Self::Escalation
            | Self::Fix
            | Self::Cancel
            | Self::Manifest
            | Self::Preview
            | Self::File
            | Self::Note => drill,
        }
    }
}

/// What a row carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The engine's own notation, not the wire's: what is not yet claimed and may still be coalesced, and how far a file's upload
    /// is, and a report that is not submitted.
    Draft(Vec<u8>),
    /// The exact bytes that are sent, and sent again (INV-4), with their SHA-256.
    Frozen {
        /// The envelope as it goes over the wire.
        bytes: Vec<u8>,
        /// SHA-256 of `bytes`.
        sha256: Digest,
    },
}

impl Content {
    /// Freezes the wire's bytes.
    #[must_use]
    pub fn freeze(bytes: Vec<u8>) -> Self {
        let sha256 = Digest::of(&bytes);
        Self::Frozen { bytes, sha256 }
    }
}

/// One delivery that is not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub slot: Slot,
    /// The incident that the event belongs to.
    pub incident: IncidentId,
    /// The event.
    pub event: EventId,
    /// What the event is.
    pub kind: Kind,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// How many attempts were claimed so far.
    pub attempt: u32,
    /// The bytes.
    pub content: Content,
}

/// A row's identity while its slot changes: the lane it was born in and its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowKey {
    /// The lane to look in.
    pub lane: crate::outbox::Lane,
    /// The event to look for.
    pub event: EventId,
}
