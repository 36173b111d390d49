//! The outbox in memory: carries an emergency while the disk takes nothing, and the engine's own tests.

use std::collections::BTreeMap;

use crate::outbox::{Change, Content, Head, Lane, Row, RowKey, Slot};
use crate::plan::Heads;

/// Rows by slot, with the same meaning of each [`Change`] as in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryOutbox(BTreeMap<Slot, Row>);

impl MemoryOutbox {
    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows, in the order of their slots.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.0.values()
    }

    /// Applies changes in their order. One whose row is not here does nothing.
    pub fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.apply_one(change);
        }
    }

    fn apply_one(&mut self, change: &Change) {
        match change {
            Change::Insert(row) => {
                let _ = self.0.insert(row.slot, row.clone());
            }
            Change::Delete { slot, event } => {
                if self.0.get(slot).is_some_and(|row| row.event == *event) {
                    let _ = self.0.remove(slot);
                }
            }
            Change::Move { from, to, attempt } => {
                if let Some(row) = self.0.remove(from) {
                    let _ = self.0.insert(*to, Row { slot: *to, attempt: *attempt, ..row });
                }
            }
            Change::Write { slot, event, content } => {
                if let Some(row) = self.0.get_mut(slot).filter(|row| row.event == *event) {
                    row.content = content.clone();
                }
            }
            Change::Reassign { from, to } => {
                for row in self.0.values_mut().filter(|row| row.incident == *from) {
                    if matches!(row.content, Content::Draft(_)) {
                        row.incident = *to;
                    }
                }
            }
            Change::EvictOldest { lane, rows } => {
                let oldest: Vec<Slot> = self.lane(*lane).take(*rows as usize).map(|row| row.slot).collect();
                self.0.retain(|slot, _| !oldest.contains(slot));
            }
            Change::Recall { lane, due } => {
                let (first, last) = Slot::aside_range(*lane);
                let aside: Vec<Slot> = self.0.range(first..=last).map(|(slot, _)| *slot).collect();
                for from in aside {
                    let to = from.recalled(*lane, *due);
                    if let Some(row) = self.0.remove(&from) {
                        let _ = self.0.insert(to, Row { slot: to, ..row });
                    }
                }
            }
            // None of them is a row.
            Change::Archive { .. } | Change::KeepFile { .. } | Change::ReleaseFile { .. } | Change::SaveKeys { .. } => {
            }
        }
    }

    /// The heads of all lanes.
    #[must_use]
    pub fn heads(&self) -> Heads {
        Lane::ALL.into_iter().flat_map(|lane| self.lane(lane).take(lane.head_rows()).map(Head::of)).collect()
    }

    /// The row with this key: in its lane, parked, or a draft.
    #[must_use]
    pub fn find(&self, key: &RowKey) -> Option<&Row> {
        let (parked, drafts) = (Slot::parked_range(), Slot::draft_range());
        let beside = [parked, drafts].into_iter().flat_map(|(first, last)| self.0.range(first..=last));
        self.lane(key.lane).chain(beside.map(|(_, row)| row)).find(|row| row.event == key.event)
    }

    /// The frozen bytes of the row in this slot.
    #[must_use]
    pub fn bytes(&self, slot: Slot) -> Option<&[u8]> {
        match &self.0.get(&slot)?.content {
            Content::Frozen { bytes, .. } => Some(bytes),
            Content::Draft(_) => None,
        }
    }

    fn lane(&self, lane: Lane) -> impl Iterator<Item = &Row> {
        let (first, last) = Slot::range(lane);
        self.0.range(first..=last).map(|(_, row)| row)
    }
}
