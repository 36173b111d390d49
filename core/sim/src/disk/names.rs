//! The names in folders: as every process sees them, and as the disk has them for sure.

use std::collections::BTreeSet;

use super::power::Odds;
use super::state::{Id, Node, State};

/// A name in a folder.
pub(super) type Place = (Id, String);

/// A change of names that is not durable yet.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Made { at: Place, id: Id },
    Removed { at: Place, id: Id },
    Renamed { from: Place, to: Place, id: Id, replaced: Option<Id>, from_synced: bool, to_synced: bool },
}

impl Change {
    /// Notes that a folder was synced; says whether this change is durable by that.
    fn synced(&mut self, folder: Id) -> bool {
        match self {
            Self::Made { at, .. } | Self::Removed { at, .. } => at.0 == folder,
            Self::Renamed { from, to, from_synced, to_synced, .. } => {
                *from_synced |= from.0 == folder;
                *to_synced |= to.0 == folder;
                *from_synced && *to_synced
            }
        }
    }

    fn places(&self) -> Vec<&Place> {
        match self {
            Self::Made { at, .. } | Self::Removed { at, .. } => vec![at],
            Self::Renamed { from, to, .. } => vec![from, to],
        }
    }
}

impl State {
    /// Makes the names in a folder durable. A rename between two folders is durable when both are synced, or when something
    /// that came after it is: the disk keeps the order in which one name changes.
    pub(super) fn sync_names(&mut self, folder: Id) {
        let mut touched: BTreeSet<Place> = BTreeSet::new();
        let mut durable = Vec::new();
        let mut left = Vec::new();
        for mut change in std::mem::take(&mut self.pending).into_iter().rev() {
            let synced = change.synced(folder);
            if synced || change.places().into_iter().any(|place| touched.contains(place)) {
                touched.extend(change.places().into_iter().cloned());
                durable.push(change);
            } else {
                left.push(change);
            }
        }
        left.reverse();
        self.pending = left;
        for change in durable.iter().rev() {
            self.apply(change);
        }
        for change in durable {
            match change {
                Change::Removed { id, .. } => self.forget(id),
                Change::Renamed { replaced: Some(id), .. } => self.forget(id),
                Change::Made { .. } | Change::Renamed { replaced: None, .. } => {}
            }
        }
    }

    /// After a power cut: of the changes that were not durable some are, each as a whole. Gives how many are not.
    pub(super) fn settle_names(&mut self, odds: Odds, dice: &mut fastrand::Rng) -> u64 {
        let mut lost = 0;
        for change in std::mem::take(&mut self.pending) {
            // One that builds on another that is lost is lost too.
            if odds.survives(dice) && self.fits(&change) {
                self.apply(&change);
            } else {
                lost += 1;
            }
        }
        for node in self.nodes.iter_mut().flatten() {
            if let Node::Folder(folder) = node {
                folder.names.clone_from(&folder.durable);
            }
        }
        lost
    }

    fn fits(&self, change: &Change) -> bool {
        match change {
            Change::Made { at, .. } => self.durable(at).is_none(),
            Change::Removed { at, id } => self.durable(at) == Some(*id),
            Change::Renamed { from, to, id, replaced, .. } => {
                self.durable(from) == Some(*id) && (self.durable(to).is_none() || self.durable(to) == *replaced)
            }
        }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Made { at, id } => self.set_durable(at, Some(*id)),
            Change::Removed { at, .. } => self.set_durable(at, None),
            Change::Renamed { from, to, id, .. } => {
                if self.durable(from) == Some(*id) {
                    self.set_durable(from, None);
                }
                self.set_durable(to, Some(*id));
            }
        }
    }

    fn durable(&self, (folder, name): &Place) -> Option<Id> {
        match self.nodes.get(*folder) {
            Some(Some(Node::Folder(folder))) => folder.durable.get(name).copied(),
            Some(Some(Node::File(_)) | None) | None => None,
        }
    }

    fn set_durable(&mut self, (folder, name): &Place, id: Option<Id>) {
        if let Some(Some(Node::Folder(folder))) = self.nodes.get_mut(*folder) {
            match id {
                Some(id) => folder.durable.insert(name.clone(), id),
                None => folder.durable.remove(name),
            };
        }
    }

    /// Drops a file whose removal is durable and that nobody has open.
    fn forget(&mut self, id: Id) {
        if let Some(node) = self.nodes.get_mut(id)
            && let Some(Node::File(file)) = node
            && !file.linked
            && file.open.is_empty()
        {
            *node = None;
        }
    }
}
