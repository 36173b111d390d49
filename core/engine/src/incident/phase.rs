//! The life of an incident: (draft →) recorded → active → cancelled | closed.

use serde::{Deserialize, Serialize};

use crate::clock::T;

/// Where an incident is in its life. Deliveries go on whatever the phase: ending an incident deletes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub(crate) enum Phase {
    /// A report that the citizen still writes: nothing of it has left the phone, and nothing of it does by itself.
    Draft,
    /// On the phone's disk.
    Recorded,
    /// The centre has signed for its create.
    Active,
    /// The citizen called it off.
    Cancelled { at: T },
    /// It is over.
    Closed { at: T, by: ClosedBy },
}

/// What closed an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// The centre, by a signed timeline step.
    Centre,
    /// Its greatest age.
    Age,
    /// A drill's receipt: the whole path works.
    DrillReceipt,
    /// A real SOS, which ends a drill.
    Sos,
}

impl Phase {
    /// Whether it is not over: presses still belong to it.
    pub(crate) const fn is_open(self) -> bool {
        match self {
            Self::Draft | Self::Recorded | Self::Active => true,
            Self::Cancelled { .. } | Self::Closed { .. } => false,
        }
    }

    /// When it ended.
    pub(crate) const fn ended(self) -> Option<T> {
        match self {
            Self::Draft | Self::Recorded | Self::Active => None,
            Self::Cancelled { at } | Self::Closed { at, .. } => Some(at),
        }
    }
}
