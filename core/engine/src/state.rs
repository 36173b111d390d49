//! What the engine remembers: one bounded record, saved with every step that changes something. Bodies and the backlog stay
//! in the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Reading, T};
use crate::delivery::{Claim, Gates, Trouble};
use crate::entropy::Draws;
use crate::ids::IncidentId;
use crate::incident::Incident;
use crate::location::Location;
use crate::outbox::{Counts, Lane};
use crate::press::PressCounter;
use crate::reads::Reads;
use crate::snapshot::Waits;

/// Incidents that the engine works on at once. One SOS and one drill can be open; the rest are ended ones whose rows are
/// still under way, and reports that are followed.
pub(crate) const MOST_INCIDENTS: usize = 8;

/// An ended incident whose rows still wait for a network stays beyond [`MOST_INCIDENTS`], because its later events need its
/// secret; so many, each some 900 bytes, are an afternoon of SOS and cancel in a tunnel, and half of the state's 64 KiB.
pub(crate) const MOST_WITH_PENDING: usize = 32;

/// The engine's memory. New fields carry `#[serde(default)]`: a state that an older version saved is always read (INV-14).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    /// Raised with each slot that is made.
    pub(crate) serial: u64,
    /// Raised with each step that changes something a screen can show.
    pub(crate) revision: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) press: PressCounter,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) location: Location,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) gates: Gates,
    pub(crate) claims: Vec<Claim>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) waiting: Waiting,
    /// Why each lane's rows wait, and until when: for the screen (F32).
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) lanes: BTreeMap<Lane, LaneNote>,
    pub(crate) reads: Reads,
    /// Whether the network is metered, as last told. One of which nobody has told is not: a file that costs is better than one that
    /// waits for ever.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) metered: bool,
}

/// Whether a field may be left out of what is saved: reading gives it back (`#[serde(default)]`). The state shall fit into one
/// page of a commit, so that an SOS costs two pages also while earlier ones stand beside it.
pub(crate) fn is_default<V: Default + PartialEq>(value: &V) -> bool {
    *value == V::default()
}

/// What a screen says of a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaneNote {
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) waits: Option<Waits>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) next: Option<T>,
    /// What went wrong with the newest attempt of any of its rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) trouble: Option<Trouble>,
}

/// How many rows wait in each lane, those in flight included, and how many are parked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    lanes: [u32; Lane::ALL.len()],
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) parked: u32,
}

impl State {
    pub(crate) fn fresh(at: &Reading, draws: &mut Draws) -> Self {
        Self {
            clock: Clock::start(at, draws),
            serial: 0,
            revision: 0,
            press: PressCounter::default(),
            incidents: Vec::new(),
            location: Location::default(),
            gates: Gates::default(),
            claims: Vec::new(),
            waiting: Waiting::default(),
            lanes: BTreeMap::new(),
            reads: Reads::default(),
            metered: false,
        }
    }

    /// The incident with this id, or the one that replaced it.
    pub(crate) fn incident(&self, id: IncidentId) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.is(id))
    }

    pub(crate) fn incident_mut(&mut self, id: IncidentId) -> Option<&mut Incident> {
        self.incidents.iter_mut().find(|incident| incident.is(id))
    }

    pub(crate) fn open_sos(&self) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.is_open_sos())
    }

    pub(crate) fn open_drill(&self) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.is_open_drill())
    }
}

impl Waiting {
    pub(crate) fn of(&self, lane: Lane) -> u32 {
        self.lanes.get(Self::index(lane)).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, lane: Lane) {
        if let Some(count) = self.lanes.get_mut(Self::index(lane)) {
            *count = count.saturating_add(1);
        }
    }

    pub(crate) fn remove(&mut self, lane: Lane, rows: u32) {
        if let Some(count) = self.lanes.get_mut(Self::index(lane)) {
            *count = count.saturating_sub(rows);
        }
    }

    fn index(lane: Lane) -> usize {
        usize::from(lane.number().saturating_sub(1))
    }
}

impl From<&Counts> for Waiting {
    fn from(counts: &Counts) -> Self {
        let mut waiting = Self { parked: counts.parked, ..Self::default() };
        for (lane, rows) in &counts.lanes {
            if let Some(count) = waiting.lanes.get_mut(Self::index(*lane)) {
                *count = *rows;
            }
        }
        waiting
    }
}
