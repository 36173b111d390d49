//! What a failed commit left: an emergency goes on in memory until the disk takes it (INV-2).

use std::collections::BTreeMap;

use siaga_engine::outbox::{Change, MemoryOutbox, Slot};

/// Rows and changes that stand in memory alone. Only what belongs to an emergency gets here, so a few hundred are already many; the
/// limit keeps a day of fixes on a dead disk from filling the memory (INV-10).
const MOST_CHANGES: usize = 2_000;

/// What is not in the store yet.
///
/// A slot is an address in the store as this process last saw it, and another process may have given it to another row since.
/// So of what memory did to rows of the store only the end of a delivery is repeated there, which names its row. When nobody else
/// has written, what is in flight stays so; any other row is due again when its lease ends, and a second PUT of it is harmless.
/// The rows that were born in memory go into the store, each as it is by then.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    outbox: MemoryOutbox,
    /// What else the store has to take: changes that no slot alone addresses.
    others: Vec<Change>,
    /// Where rows of the store still stand, by the slots that memory has moved them to.
    stands: BTreeMap<Slot, Slot>,
}

impl Unsaved {
    /// Whether nothing more should come in but presses and what ends a delivery.
    pub(crate) fn is_full(&self) -> bool {
        self.outbox.rows().count() + self.others.len() >= MOST_CHANGES
    }

    pub(crate) fn add(&mut self, changes: Vec<Change>) {
        self.outbox.apply(&changes);
        for change in changes {
            let owed = self.owed(change);
            self.others.extend(owed);
        }
    }

    /// What the store has to do for a change in memory, if anything. The end of a delivery names the slot where the store has the
    /// row.
    fn owed(&mut self, change: Change) -> Option<Change> {
        match change {
            Change::Move { from, to, .. } => {
                let stands = self.stands.remove(&from).unwrap_or(from);
                let _ = self.stands.insert(to, stands);
                None
            }
            Change::Delete { slot, event } => {
                Some(Change::Delete { slot: self.stands.remove(&slot).unwrap_or(slot), event })
            }
            Change::Reassign { .. }
            | Change::Archive { .. }
            | Change::KeepFile { .. }
            | Change::ReleaseFile { .. }
            | Change::Recall { .. }
            | Change::SaveKeys { .. } => Some(change),
            Change::Insert(_) | Change::Write { .. } | Change::EvictOldest { .. } => None,
        }
    }

    /// What the store has to do before its next step, beside taking in the rows.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.others
    }

    pub(crate) const fn outbox(&self) -> &MemoryOutbox {
        &self.outbox
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
