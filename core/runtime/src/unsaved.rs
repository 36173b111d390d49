//! What a failed commit left: an emergency goes on in memory until the disk takes it (INV-2).

use siaga_engine::outbox::{Change, MemoryOutbox};

/// Changes that stand in memory alone. Only what belongs to an emergency gets here, so a few hundred are already many; the
/// limit keeps a day of fixes on a dead disk from filling the memory (INV-10).
const MOST_CHANGES: usize = 2_000;

/// Changes that are not in the store yet, and the rows that they make.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    changes: Vec<Change>,
    outbox: MemoryOutbox,
}

impl Unsaved {
    /// Whether nothing more should come in but presses and what ends a delivery.
    pub(crate) fn is_full(&self) -> bool {
        self.changes.len() >= MOST_CHANGES
    }

    pub(crate) fn add(&mut self, changes: Vec<Change>) {
        self.outbox.apply(&changes);
        self.changes.extend(changes);
    }

    /// All changes in their order: the store applies them before its next step. One whose row is gone does nothing.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(crate) const fn outbox(&self) -> &MemoryOutbox {
        &self.outbox
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
