//! Counts of the outbox as it really is, for the rare moments at which rows came or went without a step.

use std::collections::BTreeMap;

use crate::ids::IncidentId;
use crate::outbox::{Lane, Row};

/// How many rows there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By lane.
    pub lanes: BTreeMap<Lane, u32>,
    /// Out of the queue. Drafts of reports are counted nowhere.
    pub parked: u32,
    /// By incident, those in no lane left out.
    pub incidents: BTreeMap<IncidentId, u32>,
}

impl<'a> FromIterator<&'a Row> for Counts {
    fn from_iter<I: IntoIterator<Item = &'a Row>>(rows: I) -> Self {
        let mut counts = Self::default();
        for row in rows {
            match row.slot.lane() {
                None if row.slot.is_draft() => {}
                None => counts.parked = counts.parked.saturating_add(1),
                Some(lane) => {
                    for count in
                        [counts.lanes.entry(lane).or_default(), counts.incidents.entry(row.incident).or_default()]
                    {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
        counts
    }
}
