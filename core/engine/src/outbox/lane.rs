//! Lanes: what goes before what (INV-5).

use serde::{Deserialize, Serialize};

/// A lane of the outbox, most urgent first. Each lane has its own head: no lane waits behind another's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Lane {
    /// The create of an SOS.
    Sos = 1,
    /// Cancel, all-clear and escalation of an SOS.
    Urgent = 2,
    /// The newest fix of each open incident.
    Fix = 3,
    /// Relatives and other contacts.
    Relatives = 4,
    /// The create of a drill: the whole path, but never before a real need.
    Drill = 5,
    /// Ordinary reports.
    Report = 6,
    /// Fixes that a newer one has overtaken.
    Backfill = 7,
    /// Photos, video, sound.
    Media = 8,
}

impl Lane {
    /// All lanes, most urgent first.
    pub const ALL: [Self; 8] =
        [Self::Sos, Self::Urgent, Self::Fix, Self::Relatives, Self::Drill, Self::Report, Self::Backfill, Self::Media];

    /// Whether a refusal never parks a row of this lane: it is retried on every route and shown (INV-2).
    #[must_use]
    pub const fn never_parks(self) -> bool {
        match self {
            Self::Sos | Self::Urgent => true,
            Self::Fix | Self::Relatives | Self::Drill | Self::Report | Self::Backfill | Self::Media => false,
        }
    }

    /// How many rows of the lane may be in flight at once. One keeps a bad link for the one row that matters; but an SOS must
    /// not wait for the time-out of a cancelled one, nor a cancel for an escalation's. The first attempt of an SOS waits for none.
    #[must_use]
    pub const fn in_flight_limit(self) -> usize {
        match self {
            Self::Sos | Self::Urgent => 2,
            Self::Fix | Self::Relatives | Self::Drill | Self::Report | Self::Backfill | Self::Media => 1,
        }
    }

    /// How many rows of the lane a step may look at: two, so that the next wake-up is known when the first is claimed; a
    /// whole batch for backfill, whose drafts become one event; of SOS as many as an afternoon without a network leaves, so that
    /// the newest is seen behind them.
    #[must_use]
    pub const fn head_rows(self) -> usize {
        match self {
            Self::Backfill => crate::outbox::BACKFILL_BATCH,
            Self::Sos => 8,
            Self::Urgent | Self::Fix | Self::Relatives | Self::Drill | Self::Report | Self::Media => 2,
        }
    }

    /// The lane with this number, as it stands in a slot.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.number() == number)
    }

    /// The number that stands in a slot.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}
